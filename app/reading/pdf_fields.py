"""Names and their values that stand beside each other on a PDF page, as invoices and forms have them. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.reading.pdf_layout import Word, group_lines

_WIDE_GAP, _WIDEST_LEADING = 1.2, 3.0
_NEAR = 3.0
_LONGEST_NAME, _LONGEST_VALUE = 5, 8
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class Field:
    """A name and its value."""

    name: Sequence[Word]
    value: Sequence[Word]

    @property
    def text(self) -> str:
        """``Invoice number: 4711``."""
        return f"{_joined(self.name).rstrip(' :')}: {_joined(self.value)}"

    @property
    def words(self) -> list[str]:
        return [word.text for word in (*self.name, *self.value)]

    def goes_with(self, above: "Field") -> bool:
        """Whether this field stands below another one of the same list."""
        height = self.name[0].bottom - self.name[0].top
        is_below = 0 < self.name[0].top - above.name[0].top <= _WIDEST_LEADING * height
        same_start = abs(self.value[0].left - above.value[0].left) <= _NEAR
        same_end = abs(self.value[-1].right - above.value[-1].right) <= _NEAR
        return is_below and abs(self.name[0].left - above.name[0].left) <= _NEAR and (same_start or same_end)


def find_fields(words: Sequence[Word]) -> list[list[Field]]:
    """Return the lists of fields among words, from top to bottom. No name has digits.

    Most values of a list have digits, or all its names end with a colon.
    """
    lists: list[list[Field]] = []
    for line in group_lines(words):
        for field in _fields(line):
            above = next((one for one in lists if field.goes_with(one[-1])), None)
            if above is None:
                lists.append([field])
            else:
                above.append(field)
    return [one for one in lists if len(one) >= _FEWEST and (_has_numbers(one) or _has_colons(one))]


def _fields(line: Sequence[Word]) -> Iterator[Field]:
    """Yield the neighbours in a line that can be a name and its value."""
    for name, value in pairwise(segments(line)):
        is_name = len(name) <= _LONGEST_NAME and not _has_digit(name) and any(map(str.isalpha, _joined(name)))
        if is_name and len(value) <= _LONGEST_VALUE:
            yield Field(name, value)


def _has_numbers(fields: Sequence[Field]) -> bool:
    return 2 * sum(_has_digit(field.value) for field in fields) >= len(fields)


def _has_colons(fields: Sequence[Field]) -> bool:
    return all(field.name[-1].text.endswith(":") and field.value[-1].text[-1] != ":" for field in fields)


def segments(line: Sequence[Word]) -> list[list[Word]]:
    """Return the words of a line in groups with wide gaps between."""
    segments = [[line[0]]]
    for before, word in pairwise(line):
        if word.left - before.right > _WIDE_GAP * (word.bottom - word.top):
            segments.append([])
        segments[-1].append(word)
    return segments


def _has_digit(words: Sequence[Word]) -> bool:
    return any(map(str.isdigit, _joined(words)))


def _joined(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)
