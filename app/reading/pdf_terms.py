"""Terms with what is said of them beside them, as glossaries and sheets of facts have them on a PDF page. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median

from app.reading.pdf_fields import segments
from app.reading.pdf_layout import Word, group_lines
from app.reading.right_to_left import is_right_to_left

_NEAR = 3.0
_WIDEST_LEADING = 3.0
_FEWEST, _LONGEST_TERM = 3, 5
# Terms in small letters have this many words at most. Lines of prose begin with small letters and capitals.
_SMALL_TERM = 2
# How much of the way to the second column its terms take: prose in columns fills more.
_WIDEST_TERM, _USUAL_TERM = 0.85, 0.65


@dataclass(slots=True)
class Entry:
    """A term and the lines beside it."""

    term: Sequence[Word]
    said: list[Sequence[Word]] = field(default_factory=list)

    @property
    def lines(self) -> list[str]:
        """Its text; the first line begins with the term."""
        first, *others = (" ".join(word.text for word in line) for line in self.said)
        return [f"{' '.join(word.text for word in self.term)} {first}", *others]

    @property
    def width(self) -> float:
        """How much of the way to the second column the term takes."""
        start = self.term[0].left
        return (self.term[-1].right - start) / (self.said[0][0].left - start)


def find_terms(words: Sequence[Word]) -> list[list[Entry]]:
    """Return the lists of terms among words, from top to bottom. They take few words, and nothing else stands below them."""
    return [entries for entries in _lists(words) if len(entries) >= _FEWEST and _are_terms(entries)]


def _lists(words: Sequence[Word]) -> Iterator[list[Entry]]:
    entries: list[Entry] = []
    for line in group_lines(words):
        parts = segments(line)
        if entries and _goes_on(entries[-1], parts):
            entries[-1].said.append(parts[0])
        elif (entry := _entry(parts)) is None:
            yield entries
            entries = []
        elif entries and _stands_below(entries[-1], entry):
            entries.append(entry)
        else:
            yield entries
            entries = [entry]
    yield entries


def _entry(parts: Sequence[Sequence[Word]]) -> Entry | None:
    if len(parts) != 2 or len(parts[0]) > _LONGEST_TERM:
        return None
    texts = [word.text for word in parts[0]]
    is_code = len(texts) == 1 and any(map(str.isalpha, texts[0]))
    has_digit = any(map(str.isdigit, "".join(texts)))
    is_term = any(map(str.isalpha, "".join(texts))) and (is_code or not has_digit)
    # Their first column is the right one.
    if any(is_right_to_left(word.text) for part in parts for word in part):
        return None
    return Entry(parts[0], [parts[1]]) if is_term else None


def _goes_on(entry: Entry, parts: Sequence[Sequence[Word]]) -> bool:
    """Whether a line stands in the second column alone."""
    return (
        len(parts) == 1
        and abs(parts[0][0].left - entry.said[0][0].left) <= _NEAR
        and _is_near(entry.said[-1], parts[0])
    )


def _stands_below(above: Entry, entry: Entry) -> bool:
    same_columns = (
        abs(entry.term[0].left - above.term[0].left) <= _NEAR
        and abs(entry.said[0][0].left - above.said[0][0].left) <= _NEAR
    )
    return same_columns and _is_near(above.said[-1], entry.term)


def _is_near(above: Sequence[Word], line: Sequence[Word]) -> bool:
    return line[0].top - above[0].top <= _WIDEST_LEADING * (above[0].bottom - above[0].top)


def _are_terms(entries: Sequence[Entry]) -> bool:
    """Whether the first column has terms, and not lines of prose or of addresses."""
    widths = [entry.width for entry in entries]
    small = sum(entry.term[0].text[0].islower() for entry in entries)
    is_even = small == 0 or (
        small == len(entries) and median(len(entry.term) for entry in entries) <= _SMALL_TERM
    )
    has_ends = not any(entry.term[-1].text.endswith((",", "-", ".")) for entry in entries)
    return is_even and has_ends and max(widths) <= _WIDEST_TERM and median(widths) <= _USUAL_TERM
