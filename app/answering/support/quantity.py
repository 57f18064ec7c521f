"""One number of a text, with its unit, and when two of them are the same. Pure."""

from dataclasses import dataclass

from app.answering.support.units import FAMILIES


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as it may be read ("1.500" in two ways), with its unit, empty where none is known.

    `beside` are the telling words next to it: "type" of "type 2", "april" and "session" of "the 9 April session". `per` is
    the period that an amount is for: "month" of "40 euros a month". `is_loose` are "one" and "a year", which may count
    nothing; `is_about` are "about 500" and "nearly 500".
    """

    readings: frozenset[str]
    unit: str = ""
    beside: frozenset[str] = frozenset()
    per: str = ""
    is_negative: bool = False
    is_loose: bool = False
    is_about: bool = False

    def agrees(self, other: "Quantity") -> bool:
        """Whether both may be the same number of the same thing, whatever its sign: 24 months are two years."""
        if self.per and other.per and self.per != other.per:
            return False
        if not (self.unit and other.unit) or self.unit == other.unit:
            return not self.readings.isdisjoint(other.readings) or self._is_rounded(other)
        return self.is_converted(other)

    def _is_rounded(self, other: "Quantity") -> bool:
        """Whether the other number, with as many digits as this one that is only about right, is this one."""
        return self.is_about and any(
            _rounded_as(reading, float(exact)) == float(reading)
            for reading in filter(_is_plain, self.readings)
            for exact in filter(_is_plain, other.readings)
        )

    def is_converted(self, other: "Quantity") -> bool:
        """Whether both are the same in other units, as 24 months and two years are."""
        return (
            self.unit != other.unit
            and self.family()[0] == other.family()[0]
            and not self.in_smallest().isdisjoint(other.in_smallest())
        )

    def family(self) -> tuple[str, float]:
        return FAMILIES.get(self.unit, (self.unit, 1))

    def in_smallest(self) -> set[float]:
        """Return the readings in the smallest unit of the family."""
        factor = self.family()[1]
        return {round(float(reading) * factor, 6) for reading in self.readings if _is_plain(reading)}


def _rounded_as(reading: str, exact: float) -> float | None:
    """Return a number with as many significant digits as a reading has, None if that takes a tenth of it or more."""
    digits = len(reading.replace(".", "").strip("0"))
    rounded = float(f"{exact:.{max(0, digits - 1)}e}")
    return rounded if abs(rounded - exact) * 10 < abs(exact) else None


def normal(value: float) -> str:
    return f"{round(value, 6):.6f}".rstrip("0").rstrip(".")


def _is_plain(reading: str) -> bool:
    return reading.replace(".", "", 1).isdecimal()
