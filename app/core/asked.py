"""What a question asks for: its words, with every lexeme that each may match, and the files that it names. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import PurePath

from app.core.compounds import compound_parts
from app.core.english import other_spellings
from app.core.folding import folded, lowered, visible
from app.core.lexemes import named, number, pair_lexeme, word_forms
from app.core.notations import notations
from app.core.spelling import Run, runs
from app.core.stemming import UNDETERMINED, forms, stem
from app.core.stop_words import language_of_stop_words, stop_words
from app.core.text import is_unspaced, pairs, tokens

# "travelPolicy", "Q3Report", "v2".
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
# "memo" is named by "memos", "policies" is not by "police".
_MOST_ENDING = 2
_LEAST_STEM = 4
# "ab" is not a-b.txt.
_LEAST_JOINED = 6
_CODE = re.compile(r"(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])")
# A number identifies a file less than a word does: "the report" means "report-2025", "in 2025" does not.
_VERSION = re.compile(
    r"\d+|v\d+|rev\d*|final|draft|copy|signed|scan|version|kopie|entwurf|brouillon|borrador"
)
_NUMBER = 0.34
# A share of all words, but for the last digit of the sum.
_ALL = 0.999


def fold(text: str) -> str:
    """Return the words of a text in small letters, without accents and signs, one space between."""
    bare = unicodedata.normalize("NFKD", text.replace("\u2019", " ").replace("'", " "))
    return " ".join(tokens("".join(letter for letter in bare if not unicodedata.combining(letter))))


@lru_cache(maxsize=4096)
def name_words(filename: str) -> tuple[str, ...]:
    """Return the words of a file's name without its suffix."""
    stem = PurePath(filename).stem or filename
    return tuple(dict.fromkeys(fold(_CAMEL.sub(" ", stem.replace("_", " "))).split()))


@lru_cache(maxsize=4096)
def _whole_names(filename: str) -> frozenset[str]:
    """Return how a folded question may write a name with its suffix."""
    spaced = filename.replace("_", " ")
    names = {fold(spaced), fold(_CAMEL.sub(" ", spaced))}
    return frozenset(f" {name} " for name in names if name)


@lru_cache(maxsize=4096)
def _telling_words(filename: str) -> tuple[str, ...]:
    """Return the words of a name without numbers and versions, unless it has no others."""
    words = name_words(filename)
    return tuple(word for word in words if not _VERSION.fullmatch(word)) or words


@lru_cache(maxsize=4096)
def joined_names(filename: str) -> tuple[str, ...]:
    """Return how a name of several words is written as one: travelpolicy for travelPolicy.docx and travel-policy.txt."""
    names = {"".join(words) for words in (name_words(filename), _telling_words(filename)) if len(words) > 1}
    return tuple(name for name in names if len(name) >= _LEAST_JOINED)


@lru_cache(maxsize=4096)
def _weights(filename: str) -> tuple[tuple[str, float], ...]:
    """Return the words of a file's name with their weights, which add up to 1."""
    weights = {word: _NUMBER if _VERSION.fullmatch(word) else 1.0 for word in name_words(filename)}
    total = sum(weights.values())
    return tuple((word, weight / total) for word, weight in weights.items())


def named_share(filename: str, question: str) -> float:
    """Return the share of a file's name that a folded question contains, 0..1."""
    if _is_said_joined(filename, question):
        return 1.0
    said = sum(weight for word, weight in _weights(filename) if _is_said(word, question))
    return min(1.0, said)


def _is_named_whole(filename: str, question: str) -> bool:
    """Whether a folded question holds the whole of a file's name with its suffix."""
    asked = f" {question} "
    return any(name in asked for name in _whole_names(filename))


def is_meant(filename: str, question: str) -> bool:
    """Whether a folded question holds a file's whole name, or all of its words if there are several. One word may be chance."""
    if _is_named_whole(filename, question) or _is_said_joined(filename, question):
        return True
    return len(_telling_words(filename)) > 1 and says_all(filename, question)


def says_all(filename: str, question: str) -> bool:
    """Whether a folded question holds every word of a file's name, in any order, but for numbers and versions."""
    words = _telling_words(filename)
    return bool(words) and all(_is_said(word, question) for word in words)


def find_named(question: str, filenames: Sequence[str], *, certain: bool) -> list[str]:
    """Return the names that a question means: those that it holds whole, else those of which it holds the largest share.

    With `certain` a part of a name is not enough.
    """
    folded = fold(question)
    whole = [name for name in filenames if _is_named_whole(name, folded)]
    if whole:
        return whole
    shares = {name: named_share(name, folded) for name in filenames}
    best = max(shares.values(), default=0.0)
    if best <= 0 or (certain and best <= _ALL):
        return []
    return [name for name in filenames if shares[name] >= best]


def without_name(question: str, filename: str) -> str:
    """Return the folded question without the words of a file's name."""
    words = (*name_words(filename), *joined_names(filename))
    return " ".join(word for word in fold(question).split() if not _is_same_any(word, words))


def may_be_named(filename: str, question: str) -> bool:
    """Whether a folded question has the first letters of any word of a file's name. If not, nothing else needs to be compared."""
    # A generator would take twice as long, and a search asks this of each of its files.
    for beginning in _beginnings(filename):  # noqa: SIM110 - as said
        if beginning in question:
            return True
    return False


@lru_cache(maxsize=4096)
def _beginnings(filename: str) -> frozenset[str]:
    whole = (name.split()[0] for name in _whole_names(filename))
    words = (*name_words(filename), *joined_names(filename), *whole)
    return frozenset(_CODE.split(word)[0][:_LEAST_STEM] for word in words)


def _is_said_joined(filename: str, question: str) -> bool:
    return any(not is_unspaced(name) and _is_said(name, question) for name in joined_names(filename))


def _is_said(word: str, question: str) -> bool:
    if is_unspaced(word):
        return word in question
    parted = _CODE.sub(" ", word)
    if parted != word and f" {parted} " in f" {question} ":
        return True
    return _is_same_any(word, _by_beginning(question).get(word[:_LEAST_STEM], ()))


@lru_cache(maxsize=64)
def _by_beginning(question: str) -> dict[str, list[str]]:
    """Return a folded question's words by their first letters: each name's words are compared with few."""
    words: dict[str, list[str]] = {}
    for word in dict.fromkeys(question.split()):
        words.setdefault(word[:_LEAST_STEM], []).append(word)
    return words


def _is_same_any(word: str, others: Iterable[str]) -> bool:
    return any(_is_same(word, other) for other in others)


def _is_same(word: str, other: str) -> bool:
    """Whether two words are one, but for an ending such as a plural's."""
    short, long = sorted((word, other), key=len)
    if short == long:
        return True
    return (
        len(short) >= _LEAST_STEM
        and long.startswith(short)
        and len(long) - len(short) <= _MOST_ENDING
        and long.isalpha()
    )


_LETTERS_OR_DIGITS = re.compile(r"\d+|[^\W\d_]+")
# "tk 2041 b" may be one code. At most this many neighbouring words are joined, none longer.
_MOST_JOINED = 4
_LONGEST_JOINED = 8
# Chinese question words: a pair of them only asks, and says nothing about the subject. Measured on Chinese questions:
# nDCG@10 .960 with them, .961 without.
_FUNCTION_CHARACTERS = frozenset("的了吗呢是在有和与被什么哪些个谁几多少怎样为何如之其于以及等里也都就")
# Texts whose language is unknown are read as English ones.
_ENGLISH = ("eng", UNDETERMINED)
# How German is typed without umlauts.
_UMLAUTS = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"))


@dataclass(frozen=True, slots=True)
class AskedWord:
    """A word of a query. `same` are its lexemes in a text, `inside` those of its parts, `in_name` those in a file's name."""

    same: tuple[int, ...]
    inside: tuple[int, ...] = ()
    in_name: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Joined:
    """A code or a number that words of the query are together: its lexeme, and the places of the words."""

    lexeme: int
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A query's words in order, what several of them may be together, and the pairs of neighbours by the first's place."""

    words: tuple[AskedWord, ...] = ()
    joined: tuple[Joined, ...] = ()
    pairs: tuple[tuple[int, int], ...] = ()

    @property
    def lexemes(self) -> list[int]:
        """All lexemes that have to be looked up."""
        found = {lexeme for word in self.words for lexeme in (*word.same, *word.inside, *word.in_name)}
        return sorted(found | {joined.lexeme for joined in self.joined})


def read_query(query: str, languages: Sequence[str]) -> Asked:
    """Return what a query asks for in texts of these languages. The likeliest language comes first."""
    found = runs(query)
    words = [word for run in found for word in _spelled(run)]
    kept = _telling(words, languages)
    spelled = [words[place] for place in kept]
    joined = [*_runs_joined(found, kept), *neighbours_joined([word.text for word in spelled])]
    joined += ((each.meant, _places_of(each.written, spelled)) for each in notations(visible(query)))
    return Asked(
        tuple(_word(word, languages) for word in spelled),
        tuple(
            Joined(number(form), places)
            for name, places in joined
            for form in dict.fromkeys(word_forms(name, language)[0] for language in languages)
        ),
        tuple(
            (place, pair)
            for place, (one, other) in enumerate(pairwise(spelled))
            for pair in {_pair(one.text, other.text, language) for language in languages}
        ),
    )


@dataclass(frozen=True, slots=True)
class _Spelled:
    """A word as the query spells it, and the humps of its camel case."""

    text: str
    humps: tuple[str, ...] = ()


def _spelled(run: Run) -> list[_Spelled]:
    if is_unspaced(run.words[0]):
        return [_Spelled(pair) for pair in pairs(run.words[0]) or run.words]
    humps = dict(run.humps)
    return [_Spelled(word, humps.get(place, ())) for place, word in enumerate(run.words)]


def _telling(words: Sequence[_Spelled], languages: Sequence[str]) -> list[int]:
    """Return the places of the query's words that are no stop words of its language, or of all words if there are no others."""
    plain = [folded(word.text) for word in words]
    likely = dict.fromkeys(language for language in (*languages, "eng") if stop_words(language))
    stops = stop_words(language_of_stop_words(plain, likely) or "")
    # IT and WHO are no stop words, unless all of the query is in capitals.
    shouts = all(word.text.isupper() for word in words)
    kept = [
        place
        for place, small in enumerate(plain)
        if not (small in stops or _FUNCTION_CHARACTERS.issuperset(small))
        or (len(small) > 1 and words[place].text.isupper() and not shouts)
    ]
    return kept or list(range(len(words)))


def _word(word: _Spelled, languages: Sequence[str]) -> AskedWord:
    if is_unspaced(word.text):
        return AskedWord((number(word.text),), in_name=(named(word.text),))
    same = dict.fromkeys(form for language in languages for form in _same(word.text, language))
    inside = (form for language in languages for form in _inside(word, language))
    in_name = (form for language in languages for form in forms(word.text, language))
    return AskedWord(
        _numbers(same),
        _numbers(form for form in inside if form not in same),
        tuple(dict.fromkeys(map(named, in_name))),
    )


def _same(text: str, language: str) -> Iterator[str]:
    """Yield the forms that a word has in texts of a language, its own first."""
    own, *_ = forms(text, language)
    yield own
    small, plain = lowered(text), folded(text)
    if small == plain:
        # Texts have it with accents, too.
        yield f"~{own}"
    else:
        yield stem(plain, language)
        # The form that the previous version stored.
        yield stem(small, language)
    if language == "deu":
        yield from (folded(stem(other, language)) for other in _umlauts(small))
    elif language in _ENGLISH and small == plain:
        yield from (stem(other, language) for other in other_spellings(small))


def _umlauts(word: str) -> Iterator[str]:
    """Yield a German word in its other spelling: Müller as mueller, mueller as müller."""
    for umlaut, written in _UMLAUTS:
        if umlaut in word:
            yield word.replace(umlaut, written)
        elif written in word:
            yield word.replace(written, umlaut)


def _inside(word: _Spelled, language: str) -> Iterator[str]:
    """Yield the forms of a word's parts: of camel case, of a compound, of letters and digits."""
    parts: Iterable[str] = word.humps or compound_parts(lowered(word.text), language)
    if not parts and word.text.isalnum():
        mixed = _LETTERS_OR_DIGITS.findall(word.text)
        parts = mixed if len(mixed) > 1 else ()
    for part in parts:
        yield forms(part, language)[0]


def _runs_joined(found: Sequence[Run], kept: Sequence[int]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield the words of each run joined into one, with their places among the kept words."""
    start = 0
    for run in found:
        end = start + len(_spelled(run))
        places = tuple(at for at, place in enumerate(kept) if start <= place < end)
        for name in run.joined:
            yield name, places
        start = end


def neighbours_joined(texts: Sequence[str]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield neighbouring words joined into one if that may be a code or a number."""
    for start in range(len(texts)):
        for end in range(start + 2, min(start + _MOST_JOINED, len(texts)) + 1):
            window = texts[start:end]
            if max(map(len, window)) > _LONGEST_JOINED or is_unspaced(window[-1]):
                break
            if any(letter.isdigit() for word in window for letter in word):
                yield "".join(window), tuple(range(start, end))


def _places_of(written: str, spelled: Sequence[_Spelled]) -> tuple[int, ...]:
    return tuple(place for place, word in enumerate(spelled) if word.text.lower() in written)


def _pair(one: str, other: str, language: str) -> int:
    return pair_lexeme(*(number(word_forms(word, language)[0]) for word in (one, other)))


def _numbers(words: Iterable[str]) -> tuple[int, ...]:
    return tuple(map(number, dict.fromkeys(words)))


_DEFINITION = re.compile(
    r"^\W*(?:what(?:'s| is| are| does| do)|was (?:ist|sind|bedeutet)|qu'est-ce que?|qué es) (?:the (?:purpose|meaning|definition) of )?"
    r"(?:an? |the |ein[e]? |der |die |das )?([\w.+#/-]+(?: [\w.+#-]+){0,2}?)(?: means?| (?:stands? )?for)?\W*$",
    re.IGNORECASE,
)
_IS = (
    r"(?:is|are|means?|stands for|refers to|ist|sind|bedeutet|est|sont|signifie|es|son|significa)\b(?! not\b)"
)
_SAYS_OF = r"(?:describes?|documents|explains|introduces|defines|covers|is (?:for|about|the)|beschreibt|behandelt|décrit|describe)"


def subject_of(question: str) -> str:
    """Return what "What is DER?" asks the meaning of; nothing where a question asks for something else."""
    found = _DEFINITION.match(question)
    return found[1] if found else ""


def defines(subject: str, sentence: str) -> bool:
    """Whether a sentence says what a subject is.

    "DER is …", "The DER means …", "At its base, a shell is …", "Distinguished Encoding Rules (DER)", "DER (Distinguished …)",
    "This manual is for GNU Libtasn1".
    """
    if not subject or subject.lower() not in sentence.lower():
        return False
    name = rf"(?<![\w/.-]){re.escape(subject)}(?![\w/-])"
    begins = rf"^(?:\w+ )?{name}(?: {_IS}| ?\(|, )"
    within = rf"[,;:] (?:an? |the )?{name} {_IS}|{name}(?: \([^()]*\))?, (?:which|who) (?:is|are)\b"
    written_out = rf"\w \({name}[,)]"
    of_a_text = rf"^(?:This|The|Diese[rs]?|Ce|Este) (?:\w+ ){{1,3}}{_SAYS_OF} .{{0,40}}{name}"
    return re.search(f"{begins}|{within}|{written_out}|{of_a_text}", sentence, re.IGNORECASE) is not None
