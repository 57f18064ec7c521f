"""Citation markers as text flows, and markers to citations. Pure.

Those that name a snippet are numbered as footnotes, 1, 2, 3 by first citation; the others are taken out. A citation says
which statement its marker stands for, what the cited chunk says of it, and whether that supports it.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from app.answering.support.judgement import check_support
from app.answering.support.reading import ReadSentence
from app.answering.support.tokens import Token, tokens_of
from app.core.answers import MarkerStyle
from app.core.permissions import Place
from app.core.text import sentence_spans, with_cells_apart
from app.core.types import Citation, Snippet

_LIST = r"\d{1,3}(?:\s?[,;–-]\s?\d{1,3}){0,9}"
_LABEL = r"(?:\^|(?:sources?|docs?|ref|quellen?|fuentes?)[ :#]{0,2})?"
# Not a link's text [1](…) nor a footnote's own line [1]:.
_MARKER = re.compile(
    rf"\[{_LABEL}(?P<square>{_LIST})(?:†[^\]\n]{{0,80}})?\](?![(:])"
    rf"|【{_LABEL}(?P<lenticular>{_LIST})(?::\d{{1,3}})?(?:†[^】\n]{{0,80}})?】"
    rf"|(?P<space>(?<=\S)[ \t]|(?<=[^\x00-\x7f]))[(（](?P<round>{_LIST})[)）](?=[ \t]*(?:[.!?;。！？；]|\n|\Z))",
    re.IGNORECASE,
)
# What may still become markers, at the end of a text: the beginning of one, and whole ones, for what stands behind `[1]`
# and `(1)` decides. The space before goes with a marker that is taken out. A run of backticks, or of line feeds, may go on,
# and so may the tag of a model's thoughts.
_UNDECIDED = re.compile(
    r"(?:[ \t]*(?:"
    r"\[(?:\^|[a-z]{1,7}[ :#]{0,2})?(?:\d[\d\s,;–-]{0,60})?(?:(?<=\d)†[^\]\n]{0,80})?\]?"
    r"|【(?:\^|[a-z]{1,7}[ :#]{0,2})?(?:\d[\d\s,;:–-]{0,60})?(?:(?<=\d)†[^】\n]{0,80})?】?"
    r"|[(（](?:\d[\d\s,;–-]{0,60})?[)）]?"
    r"))*[ \t]*(?:`*|\n*|</?(?:t(?:h(?:i(?:nk?)?)?)?)?)\Z",
    re.IGNORECASE,
)
# "see step (1)." numbers a thing of the text's own.
_NUMBERED_THING = re.compile(
    r"\b(?:steps?|sections?|figures?|fig|tables?|items?|points?|articles?|paragraphs?|equations?|eq|options?|pages?|"
    r"chapters?|rules?|notes?|lines?|parts?|phases?|levels?|cases?|questions?|no|nr)\.?$",
    re.IGNORECASE,
)
_RANGE = re.compile(r"(\d+)\s?[–-]\s?(\d+)")
_LONGEST_RANGE = 10
# How much of the text before tells what a number in round brackets stands for.
_CONTEXT = 40


def _numbers_of(found: re.Match[str]) -> list[int]:
    """Return the numbers that a marker names, in its order, each once."""
    listed = found["square"] or found["lenticular"] or found["round"]
    numbers: list[int] = []
    for part in re.split(r"\s?[,;]\s?", listed):
        span = _RANGE.fullmatch(part)
        if span is None:
            numbers += [int(number) for number in re.findall(r"\d+", part)]
        else:
            first, last = int(span[1]), int(span[2])
            numbers += range(first, min(last, first + _LONGEST_RANGE) + 1) if first < last else (first, last)
    return list(dict.fromkeys(numbers))


def is_certain(found: re.Match[str], *, before: str) -> bool:
    """Whether this can only be a marker: round brackets may also number a thing of the text's own."""
    return found["round"] is None or not _NUMBERED_THING.search(before[-_CONTEXT:].rstrip())


# Where code begins or ends, where a paragraph does, and where a model's thoughts do.
_BORDERS = re.compile(r"```|`|\n\n|</?think>")
# More than this is never held back.
_LONGEST_UNDECIDED = 400


@dataclass(frozen=True, slots=True)
class Marker:
    """A marker in the delivered text: its footnote's number, the snippet's, and the code points from `[` to behind `]`."""

    n: int
    chunk: int
    start: int
    end: int


class MarkerScanner:
    """Reads one choice's text in pieces of any size; what it returns, joined, is the text to deliver."""

    def __init__(self, known: Iterable[int], style: MarkerStyle = "footnotes") -> None:
        self._known = frozenset(known)
        self._style = style
        self._footnotes: dict[int, int] = {}
        self._held = ""
        self._before = ""
        self._delivered: list[str] = []
        self._length = 0
        self._code_fence = ""
        self._thinks = False
        self.markers: list[Marker] = []
        self.removed = 0

    @property
    def text(self) -> str:
        """All that was delivered."""
        return "".join(self._delivered)

    def feed(self, piece: str) -> str:
        """Return the text that is now decided; what may become a marker is held back."""
        self._held += piece
        undecided = _UNDECIDED.search(self._held, max(0, len(self._held) - _LONGEST_UNDECIDED))
        border = undecided.start() if undecided else len(self._held)
        decided, self._held = self._held[:border], self._held[border:]
        return self._deliver(decided)

    def finish(self) -> str:
        """Return what was held back, now that the text has ended."""
        decided, self._held = self._held, ""
        return self._deliver(decided)

    def _deliver(self, text: str) -> str:
        out = "".join(self._checked(text))
        self._delivered.append(out)
        return out

    def _checked(self, text: str) -> Iterator[str]:
        """Yield the text part by part: prose is searched for markers, code is left as it is, thoughts cite nothing."""
        start = len(self._before)
        text = self._before + text
        self._before = text[-_CONTEXT:]
        for border in _BORDERS.finditer(text, start):
            yield from self._part(text, start, border.start())
            yield self._count(border[0])
            if border[0] == "<think>":
                self._thinks = self._thinks or not text[: border.start()].strip()
            else:
                self._pass_border(border[0])
            start = border.end()
        yield from self._part(text, start, len(text))

    def _pass_border(self, border: str) -> None:
        """Begin or end code, or end thoughts. A lone backtick opens no code beyond its paragraph."""
        if border == "</think>":
            self._thinks, self._code_fence = False, ""
        elif border == "\n\n":
            self._code_fence = "" if self._code_fence == "`" else self._code_fence
        elif not self._code_fence:
            self._code_fence = border
        elif self._code_fence == border:
            self._code_fence = ""

    def _part(self, text: str, start: int, end: int) -> Iterator[str]:
        if self._code_fence:
            yield self._count(text[start:end])
            return
        for found in _MARKER.finditer(text, start, end):
            numbers = self._meant(found)
            if not numbers:
                continue
            supported = [number for number in numbers if number in self._known and not self._thinks]
            self.removed += 0 if self._thinks else len(numbers) - len(supported)
            before = text[start : found.start()] + (found["space"] or "")
            yield self._count(before if supported else before.rstrip(" \t"))
            yield from self._written(supported)
            start = found.end()
        yield self._count(text[start:end])

    def _meant(self, found: re.Match[str]) -> list[int]:
        """Return the numbers of a marker, none where it may be something else."""
        numbers = _numbers_of(found)
        if found["round"] is None:
            return numbers
        is_marker = is_certain(found, before=found.string[: found.start()])
        return numbers if is_marker and self._known.issuperset(numbers) else []

    def _written(self, supported: list[int]) -> Iterator[str]:
        """Yield the markers as footnotes, and note where they stand."""
        for chunk in supported:
            n, marker = self._numbered(chunk)
            self.markers.append(Marker(n, chunk, self._length, self._length + len(marker)))
            yield self._count(marker)

    def _numbered(self, chunk: int) -> tuple[int, str]:
        """Return a snippet's number as the text has it, and the marker with it."""
        if self._style == "documents":
            return chunk, f"[doc{chunk}]"
        n = self._footnotes.setdefault(chunk, len(self._footnotes) + 1)
        return n, f"[{n}]"

    def _count(self, text: str) -> str:
        self._length += len(text)
        return text


def without_markers(text: str) -> str:
    """Return an earlier answer as the model shall read it: its numbers named the sources of another search."""
    scanner = MarkerScanner(())
    return scanner.feed(text) + scanner.finish()


_MARKERS = re.compile(r"(?:\[\d{1,3}\]\s?)+")
_WORD = re.compile(r"[^\W_]+")
# A blank line, or a line that stands by itself: an item, a row, a heading.
_BLOCK_END = re.compile(r"\n[ \t]*\n|\n(?=[ \t]*(?:[-*•+>|#]|\d{1,3}[.)])[ \t]?)|</think>")
_LINE_MARK = re.compile(r"^\s*(?:[-*•+>]|#{1,6}|\d{1,3}[.)])\s+")
# What stands between two markers is a statement of its own if it is no shorter.
_SHORTEST_PART = 3
_FURTHEST = 2_000


def statement_at(text: str, position: int) -> str:
    """Return the statement of the marker at `position`, without markers.

    Of a sentence with several markers it is the part up to this one; the last takes what follows as well. A marker
    behind a full stop belongs to the sentence that it follows.
    """
    offset = max(0, position - _FURTHEST)
    near = text[offset : position + _FURTHEST]
    place = position - offset
    start, end = _block(near, place)
    block = near[start:end]
    # Markers become spaces, so that they are no part of where sentences end.
    blank = _MARKERS.sub(lambda found: " " * len(found[0]), block)
    begin, stop = _sentence(blank, place - start)
    statement = _part(block[begin:stop], place - start - begin)
    return _LINE_MARK.sub("", " ".join(_MARKERS.sub(" ", statement).split()))


def _block(text: str, place: int) -> tuple[int, int]:
    start, end = 0, len(text)
    for border in _BLOCK_END.finditer(text):
        if border.end() <= place:
            start = border.end()
        else:
            end = border.start()
            break
    return start, end


def _sentence(blank: str, place: int) -> tuple[int, int]:
    """Return the sentence at a place; the one that follows when nothing stands before the marker."""
    return next((span for span in sentence_spans(blank) if place < span[1]), (0, len(blank)))


def _part(sentence: str, place: int) -> str:
    """Return the marker's part of its sentence, or all of it where that part says too little."""
    groups = list(_MARKERS.finditer(sentence))
    before = [group.end() for group in groups if group.end() <= place]
    after = [group for group in groups if group.start() > place]
    own = next((group for group in groups if group.start() <= place < group.end()), None)
    start = before[-1] if before else 0
    end = own.end() if own and after else len(sentence)
    part = sentence[start:end]
    return part if len(_WORD.findall(_MARKERS.sub(" ", part))) >= _SHORTEST_PART else sentence


# Fewer words are a scrap, unless the statement has no more.
_SHORTEST_QUOTE = 4
_LONGEST = 400
# A statement is a quotation when it says at least this share word for word.
_QUOTED = 0.8


@dataclass(frozen=True, slots=True)
class Quote:
    """Text of a chunk, where it begins, and whether the statement says it word for word."""

    text: str
    is_whole: bool
    start: int = 0


def _find_quote(statement: str, chunk: str, sentences: Sequence[ReadSentence]) -> Quote:
    """Return the longest run of words that both have; else the sentence, of those it rests on, that shares most."""
    said, stored = _words(statement), _words(chunk)
    headers = [sentence for sentence in sentences if sentence.is_header]
    quotable = [word.folded for word in stored]
    if headers:
        quotable = [
            "" if any(row.start <= word.start < row.end for row in headers) else word.folded
            for word in stored
        ]
    start, size = _longest_run([word.folded for word in said], quotable)
    if size and size >= min(_SHORTEST_QUOTE, len(said)):
        first, last = stored[start], stored[start + size - 1]
        return Quote(chunk[first.start : last.end], size >= _QUOTED * len(said), first.start)
    rest = [sentence for sentence in sentences if not sentence.is_header]
    return _closest(said, chunk, rest)


def _words(text: str) -> Sequence[Token]:
    """Return the words of a text; scripts without spaces count by the character."""
    tokens = tokens_of(text)
    if text.isascii():
        return tokens
    return [word for token in tokens for word in _letters(token)]


def _letters(token: Token) -> list[Token]:
    if token.kind != "run":
        return [token]
    return [
        Token("run", letter, letter, place, place + 1) for place, letter in enumerate(token.text, token.start)
    ]


def _longest_run(said: Sequence[str], stored: Sequence[str]) -> tuple[int, int]:
    """Return where in `stored` the longest run of `said` begins, and its length."""
    places: dict[str, list[int]] = {word: [] for word in said}
    for place, word in enumerate(stored):
        if word in places:
            places[word].append(place)
    best_end = most = 0
    runs: dict[int, int] = {}
    for word in said:
        runs = {place: runs.get(place - 1, 0) + 1 for place in places[word]}
        for place, size in runs.items():
            if size > most:
                best_end, most = place + 1, size
    return best_end - most, most


def _closest(said: Sequence[Token], chunk: str, sentences: Sequence[ReadSentence]) -> Quote:
    words = {word.folded for word in said}
    shared = [len(words & {word.token.folded for word in sentence.words}) for sentence in sentences]
    if not any(shared):
        return Quote("", is_whole=False)
    sentence = sentences[shared.index(max(shared))]
    inside = [word.token for word in sentence.words if word.token.end <= sentence.start + _LONGEST]
    if len(inside) < _SHORTEST_QUOTE:
        return Quote("", is_whole=False)
    return Quote(chunk[inside[0].start : inside[-1].end], is_whole=False, start=inside[0].start)


def make_citations(
    text: str, markers: Sequence[Marker], snippets: Mapping[int, Snippet]
) -> tuple[Citation, ...]:
    """Return a citation for each marker of the delivered text, with its quote and whether the chunk supports it."""
    citations = [
        _citation(statement_at(text, marker.start), marker, snippets[marker.chunk]) for marker in markers
    ]
    quoted: dict[int, list[Place]] = defaultdict(list)
    for citation in citations:
        quoted[citation.n] += [place for place in citation.quoted if place not in quoted[citation.n]]
    return tuple(_quoting(citation, tuple(quoted[citation.n])) for citation in citations)


def _quoting(citation: Citation, quoted: tuple[Place, ...]) -> Citation:
    return citation if citation.quoted == quoted else replace(citation, quoted=quoted)


def _citation(statement: str, marker: Marker, snippet: Snippet) -> Citation:
    above = "\n\n".join((snippet.heading or "", snippet.filename))
    judgement = check_support(statement, with_cells_apart(snippet.text), context=above)
    quote = _find_quote(statement, snippet.text, judgement.sentences)
    if judgement.verified and quote.is_whole:
        judgement = replace(judgement, reason="quoted")
    shown = quote.text if judgement.support > 0 else ""
    return Citation(
        n=marker.n,
        chunk=marker.chunk,
        start=marker.start,
        end=marker.end,
        chunk_id=snippet.chunk_id,
        file_id=snippet.file_id,
        quote=shown,
        verified=judgement.verified,
        support=judgement.support,
        reason=judgement.reason,
        page=snippet.page,
        also_in=snippet.also_in,
        quoted=_places(snippet, quote.start, quote.start + len(shown)) if shown else (),
    )


def _places(snippet: Snippet, start: int, end: int) -> tuple[Place, ...]:
    """Return where in the file a stretch of the snippet's text lies; empty where the snippet does not say."""
    before = [place for place in snippet.places if place[0] < end]
    if not before:
        return ()
    at_start = next((place for place in reversed(before) if place[0] <= start), before[0])
    (first, of_first), (last, of_last) = at_start, before[-1]
    return ((of_first + max(start - first, 0), of_last + end - last),)
