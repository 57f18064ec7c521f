"""Recognises by rule what a question is about: contents of documents, the list of documents, or whole documents. Pure.

So it does with the day since when a question asks, as of a given day.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from app.core.asked import fold
from app.core.listing import LAST_PAGE, FileOrder, ListingQuery
from app.core.months import FOLDED_MONTH_OF as MONTH_OF
from app.retrieval import subject_words as known

_MONTH = "|".join(sorted(MONTH_OF, key=len, reverse=True))
_SINCE = r"\b(?:since|after|from|as of|seit(?: dem)?|ab(?: dem)?|nach(?: dem)?|depuis(?: le)?|apres(?: le)?|desde(?: el)?|despues del?|in|im|en)"
_WRITTEN = (
    re.compile(rf"{_SINCE} (?P<year>\d{{4}}) (?P<month>\d{{1,2}}) (?P<day>\d{{1,2}})\b"),
    re.compile(rf"{_SINCE} (?P<day>\d{{1,2}}) (?P<month>\d{{1,2}}) (?P<year>\d{{4}})\b"),
    re.compile(
        rf"{_SINCE}(?: the)?(?: (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: (?:of|de))?)? (?P<name>{_MONTH})(?:(?: de| of)? (?P<year>\d{{4}}))?\b"
    ),
    re.compile(
        rf"{_SINCE} (?P<name>{_MONTH}) (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?: (?P<year>\d{{4}}))?\b"
    ),
    re.compile(rf"{_SINCE} (?P<year>\d{{4}})\b"),
)
_LEAD = r"\b(?:since |from |seit |depuis |desde |de |la |el |le |l )*"
_SPOKEN = (
    (re.compile(rf"{_LEAD}(?:today|heute|aujourd hui|hoy)\b"), 0),
    (re.compile(rf"{_LEAD}(?:yesterday|gestern|hier|ayer)\b"), 1),
    (re.compile(rf"{_LEAD}(?:(?:this|last|past) week|(?:diese|dieser|letzte|letzter) woche|(?:cette )?semaine(?: derniere)?|(?:esta )?semana(?: pasada)?)\b"), 7),
    (re.compile(rf"{_LEAD}(?:(?:this|last|past) month|(?:diesen|diesem|letzten|letztem) monat|(?:ce )?mois(?: dernier)?|(?:este )?mes(?: pasado)?)\b"), 31),
    (re.compile(rf"{_LEAD}(?:(?:this|last|past) year|(?:dieses|diesem|letztes|letztem) jahr|(?:cette )?annee|(?:este )?ano)\b"), 366),
)  # fmt: skip

_COUNTS = {name: number for number, names in enumerate((
    "two zwei deux dos", "three drei trois tres", "four vier quatre cuatro", "five funf cinq cinco", "six sechs seis", "seven sieben sept siete",
    "eight acht huit ocho", "nine neun neuf nueve", "ten zehn dix diez",
), 2) for name in names.split()}  # fmt: skip
_COUNTED = re.compile(
    rf"{_LEAD}(?:(?:in|within|during|over|innerhalb|wahrend|dans|au cours|durante|en) )?(?:the |den |der |des |les |los |las )*"
    rf"(?:last|past|letzten|vergangenen|ultimos|ultimas)? ?(?P<count>\d{{1,3}}|{'|'.join(_COUNTS)}) (?:derniers |dernieres )?"
    r"(?:(?P<day>days?|tagen?|jours|dias)|(?P<week>weeks?|wochen?|semaines|semanas)|(?P<month>months?|monaten?|mois|meses))\b(?: ago)?"
)
_DAYS = {"day": 1, "week": 7, "month": 31}


def find_since(folded: str, today: dt.date) -> tuple[dt.date | None, str]:
    """Return the day since when a question asks, None when it names none, and the question without it.

    A month without a year is the last one of its name. `folded` is in small letters, without accents and signs.
    """
    for pattern in _WRITTEN[2:4][::-1] + _WRITTEN[:2] + _WRITTEN[4:]:
        for found in pattern.finditer(folded):
            if (day := _written(found, today)) is not None:
                return day, _without(folded, found)
    for pattern, days in _SPOKEN:
        if spoken := pattern.search(folded):
            return today - dt.timedelta(days=days), _without(folded, spoken)
    if counted := _COUNTED.search(folded):
        count = int(_COUNTS.get(counted["count"], counted["count"]))
        days = next(count * days for unit, days in _DAYS.items() if counted[unit])
        return today - dt.timedelta(days=days), _without(folded, counted)
    return None, folded


def _written(found: re.Match[str], today: dt.date) -> dt.date | None:
    parts = found.groupdict()
    month = MONTH_OF[parts["name"]] if parts.get("name") else int(parts.get("month") or 1)
    try:
        day = dt.date(int(parts.get("year") or today.year), month, int(parts.get("day") or 1))
        return day if parts.get("year") or day <= today else day.replace(year=today.year - 1)
    except ValueError:
        return None


def _without(text: str, found: re.Match[str]) -> str:
    return " ".join(f"{text[: found.start()]} {text[found.end() :]}".split())


SubjectKind = Literal["listing", "summary", "comparison", "page", "facts"]

_ORDERS: tuple[tuple[FileOrder, frozenset[str]], ...] = (
    ("newest", known.NEWEST),
    ("oldest", known.OLDEST),
    ("largest", known.LARGEST),
    ("smallest", known.SMALLEST),
)
_ORDER_WORDS = frozenset[str]().union(*(words for _, words in _ORDERS))
# "What is a document?" asks for the meaning of a word, not for a list.
_MEANING = re.compile(
    r"^(?:what (?:is|s|are)|was ist|qu est ce qu|que es)(?: an?| the| eine?| une?| una?)?(?: vector| knowledge)? [^ ]+$"
)
# Words of a request that say no more than "list": who may do something is another question than what there is.
_CAN = re.compile(
    r"\b(?:(?:can|could) (?:you|be(?! (?:uploaded|added|stored|imported|attached|sent)))|(?:kannst|konntest) du|konnen sie|(?:peux|pourrais) tu|(?:pouvez|pourriez) vous|puedes|podrias|access to"
    r"|(?<=available )to (?:search|see|use|read|you)|please|bitte|por favor|s il (?:te|vous) plait)\b"
)
_HOW = re.compile(r"\b(?:how (?=many\b)|wie (?=viele\b))")
_SIZES = re.compile(r"^(?:how (?:big|large)|wie gross) (?=(?:are|is|sind|ist) )")
_CALLED = re.compile(r"^wie heissen ")
_PARTED_WORDS = re.compile(r"\be (?=mails?\b)")
_NAME = re.compile(r"^name (?=all|the|your|every)")
# What is to be summarised stands in the conversation.
_ELSEWHERE = re.compile(
    r"\b(?:conversation|chat|discussion|above|gesprach|unterhaltung|conversacion|discusion)\b"
)
_HAVE = re.compile(
    r"^what(?: data| information| content| material)? (?:do|can) (?:you|we) (?:have|know|search|see|read|access|use)(?: access to| about)?$"
    r"|^what(?: is|s| s) in here$|^ls$|^(?:worauf|auf was) hast du zugriff$|^was (?:hast|kennst|weisst) du(?: alles)?$"
)
# Who asks what was uploaded, or how many of the newest, means files.
_OWN = frozenset(("i", "we", "ich", "wir"))
_NUMBER = re.compile(r"\d{1,2}|two|three|four|five|ten|zwei|drei|vier|funf|zehn")
# A question that goes on from one before: "Which of them are PDFs?", "And the newest?".
_GOES_ON = re.compile(
    r"^(?:and|und|et|y|also|or|what about|how about|only|just|nur|sort)\b|\b(?:them|they|their|those|these|it|ones?|davon|darunter|sie|es|eux|elles|celui|lesquels|ellos|cuales de)\b"
)
# The same list once more.
_AND = re.compile(r"^(?:and|und|et|y|what about|how about|was ist mit)\b")
_AGAIN = re.compile(r"^(?:list|show|name|liste|zeige?|nenne)\b.*\b(?:them|all|sie|alle)\b")
_MOST_FOLLOW_UP_WORDS = 8
_FILE_NAME = re.compile(rf"[\w.()-]+\.(?:{'|'.join(sorted(known.SUFFIXES))})\b", re.IGNORECASE)
# A request for a list is a sentence, so a longer question is none.
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Subject:
    """A question about documents themselves.

    `is_certain` is False where it may be about what documents say: of "What does X say?" if no file is called X, of "What
    is new?" and of lists by topic in any case. `words` may name files; `is_of_all` says that no word could. Of a page,
    `page` is the number; of facts, such as a file's size, it is certain only when it was added and how many pages it has. `nth` counts files in their
    order, from 0.
    """

    kind: SubjectKind
    listing: ListingQuery = field(default_factory=ListingQuery)
    words: tuple[str, ...] = ()
    is_certain: bool = True
    page: int | None = None
    nth: int = 0

    @property
    def is_of_all(self) -> bool:
        return not self.words


def find_subject(questions: Sequence[str], today: dt.date) -> Subject | None:
    """Return what the last of a user's questions is about, None for a question about what documents say."""
    if not questions or len(questions[-1]) > _LONGEST:
        return None
    found = _find_subject(questions, today)
    if found is not None and found.listing.topic and (called := _FILE_NAME.search(questions[-1])):
        return replace(found, listing=replace(found.listing, called=called[0]))
    return found


def _find_subject(questions: Sequence[str], today: dt.date) -> Subject | None:
    found = _subject(questions[-1], today)
    if found is not None and (found.kind == "listing" or found.words or not _refers_back(questions)):
        return found
    return _follow_up(questions, found, today)


def _refers_back(questions: Sequence[str]) -> bool:
    folded = fold(questions[-1])
    short = len(folded.split()) <= _MOST_FOLLOW_UP_WORDS
    return len(questions) > 1 and short and _GOES_ON.search(folded) is not None


def _follow_up(questions: Sequence[str], found: Subject | None, today: dt.date) -> Subject | None:
    """Return what a question like "And the PDFs?" or "Summarise it" takes over from the one before."""
    if found is not None:
        if not _refers_back(questions):
            return found
        # In "Summarise it" the question before says what "it" is.
        return replace(found, words=_naming_words(fold(questions[-2][:_LONGEST])))
    before = _subject(questions[-2][:_LONGEST], today) if len(questions) > 1 else None
    if before is not None and before.kind == "summary" and _AND.search(fold(questions[-1])):
        words = _naming_words(_AND.sub("", fold(questions[-1])))
        return Subject("summary", words=words, is_certain=False) if before.words and words else None
    if before is None or before.kind != "listing":
        return None
    return _narrowed(before.listing, questions, today)


def _narrowed(before: ListingQuery, questions: Sequence[str], today: dt.date) -> Subject | None:
    """Return the list of the question before, as the last question wants it; None if that asks something else."""
    since, rest = find_since(_without_can(fold(questions[-1])), today)
    rest = rest.replace("by size", "sizes")
    parts = (_parted(rest, language) for language in known.LANGUAGES) if _refers_back(questions) else ()
    head, topic = next(((start, found) for start, found in parts if found), (rest, ()))
    words = head.split()
    kinds, order = _kinds(words), _order(words)
    is_count = known.COUNTS.search(head) is not None
    is_again = _AGAIN.search(head) is not None or not known.UPLOADED.isdisjoint(words)
    if not (kinds or order or since or topic or is_count or is_again):
        return None
    if len(words) > _MOST_FOLLOW_UP_WORDS or not all(map(_is_known, words)):
        return None
    query = ListingQuery(
        kinds or before.kinds, since or before.since, order or before.order, topic or before.topic, is_count
    )
    return Subject("listing", query, is_certain=not topic)


def _subject(question: str, today: dt.date) -> Subject | None:
    folded = fold(question)
    bare = known.COURTESY.sub("", folded)
    return _page(bare) or _summary(bare) or _listing(folded, today) or _facts(bare)


def _page(bare: str) -> Subject | None:
    asked = _find_page(bare)
    return None if asked is None else Subject("page", words=_naming_words(asked.rest), page=asked.page)


def _facts(bare: str) -> Subject | None:
    if counted := known.PAGE_COUNTS.match(bare):
        rest = bare[counted.end() :]
        words = _naming_words(rest)
        is_of_file = not bare.startswith("how long") or known.is_file_name(rest)
        return Subject("facts", words=words) if words and is_of_file else None
    words = _naming_words(bare)
    if words and (_asks_when_added(bare) or _asks_how_large(bare)):
        return Subject("facts", words=words, is_certain=_asks_when_added(bare))
    return None


def _summary(bare: str) -> Subject | None:
    if _ELSEWHERE.search(bare):
        return None
    if any(language.comparisons.search(bare) for language in known.LANGUAGES):
        return Subject("comparison", words=_naming_words(bare))
    if any(language.summaries.search(bare) for language in known.LANGUAGES):
        words = _naming_words(bare)
        return _of_file(words)
    for language in known.LANGUAGES:
        if found := language.contents.search(bare):
            about = next((part for part in found.groups() if part), "")
            found_file = _of_file(_naming_words(about))
            # "What is in the library?" asks for a list, "What is it about?" for what was spoken of.
            is_whole = bool(found_file.words) or any(word in language.nouns for word in about.split())
            if is_whole and not _names_all(about):
                return replace(found_file, is_certain=False)
    return None


def _of_file(words: tuple[str, ...]) -> Subject:
    """Return a question about files that words name, or about one by its order: "the newest file", "the second document"."""
    nth = next((known.ORDINALS[word] for word in words if word in known.ORDINALS), 0)
    order = "oldest" if nth else _order(words)
    rest = (
        tuple(word for word in words if word not in _ORDER_WORDS | known.ORDINALS.keys()) if order else words
    )
    return Subject("summary", ListingQuery(order=order), rest, nth=nth)


def _names_all(about: str) -> bool:
    return any(word in known.COLLECTIONS for word in about.split())


def _naming_words(folded: str) -> tuple[str, ...]:
    words = folded.split()
    return tuple(dict.fromkeys(w for w in words if w not in known.FILLERS and w not in known.NOUNS))


def _listing(folded: str, today: dt.date) -> Subject | None:
    since, rest = find_since(_without_can(folded), today)
    if _MEANING.search(folded) and not (set(rest.split()) & (_ORDER_WORDS | known.PLURALS)):
        return None
    if _HAVE.search(known.COURTESY.sub("", folded)) or rest in known.PLURALS:
        return Subject("listing", ListingQuery(since=since))
    if known.LISTS_ELSEWHERE.search(rest):
        return Subject(
            "listing", ListingQuery(since=since, is_count=known.COUNTS_ELSEWHERE.search(rest) is not None)
        )
    if mentioned := known.MENTIONED_IN.match(rest):
        rest = f"which files mention {mentioned['topic']}"
    if known.OF_FILES.isdisjoint(rest.split()):
        return None
    for language in known.LANGUAGES:
        head, topic = _parted(rest, language)
        words = head.split()
        kinds, order = _kinds(words), _order(words)
        asks = any(word in language.asks for word in words)
        if order is not None:
            words = [word for word in words if not _NUMBER.fullmatch(word)]
        is_dated = order is not None or since is not None or not _OWN.isdisjoint(words)
        is_upload = is_dated and any(word in known.UPLOADED for word in words)
        names = kinds or is_upload or any(word in language.nouns for word in words)
        if _is_elsewhen(words):
            continue
        if asks and names and all(_fits(word, language) for word in words):
            query = ListingQuery(kinds, since, order, topic, known.COUNTS.search(head) is not None)
            says_files = bool(kinds) or any(word in language.nouns - known.NEWEST for word in words)
            return Subject("listing", query, is_certain=says_files and not topic)
    return None


def _is_elsewhen(words: Sequence[str]) -> bool:
    """Whether a question asks for a time other than that of the adding of files."""
    return bool(known.WHEN & set(words)) and not known.UPLOADED & set(words)


def _parted(rest: str, language: known.Language) -> tuple[str, tuple[str, ...]]:
    """Return a question before "about", and the words of what stands behind."""
    found = re.search(rf"^(.+?) (?:that |which |die |qui |que )?(?:{language.about}) (.+)$", rest)
    if found is None:
        return rest, ()
    topic = _naming_words(found[2])
    return (found[1], topic) if topic else (rest, ())


def _fits(word: str, language: known.Language) -> bool:
    return (
        word in language.fillers
        or word in language.asks
        or word in language.nouns
        or word in known.KINDS
        or word in _ORDER_WORDS
    )


def _is_known(word: str) -> bool:
    return any(_fits(word, language) for language in known.LANGUAGES) or _GOES_ON.search(word) is not None


def _kinds(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(suffix for word in words for suffix in known.KINDS.get(word, ())))


def _order(words: Sequence[str]) -> FileOrder | None:
    return next((order for order, names in _ORDERS if names & set(words)), None)


def _without_can(text: str) -> str:
    """Return a folded question without "can you" and the "how" of "how many", and "how large" as a list of sizes.

    Who may do something is another question than what there is, and so is how it is done.
    """
    whole = _CALLED.sub("nenne ", _PARTED_WORDS.sub("e", text))
    listed = _HOW.sub("", _SIZES.sub(_list_of_sizes, _NAME.sub("list ", whole)))
    return " ".join(_CAN.sub(" ", listed).split())


def _list_of_sizes(found: re.Match[str]) -> str:
    return "list sizes " if found[0].startswith("how") else "liste sizes "


# What a question asks of one file.
_PAGE = "page|slide|seite|folie|diapositive|pagina|diapositiva"
_PAGE_PLACES = {
    "first": 1, "erste": 1, "ersten": 1, "premiere": 1, "primera": 1,
    "second": 2, "zweite": 2, "zweiten": 2, "deuxieme": 2, "segunda": 2,
    "third": 3, "dritte": 3, "dritten": 3, "troisieme": 3, "tercera": 3,
    **dict.fromkeys(("last", "letzte", "letzten", "derniere", "ultima"), LAST_PAGE),
}  # fmt: skip
_PAGE_NUMBERED = re.compile(
    rf"\b(?:on |auf |sur |en )?(?:the |der |la )?(?:{_PAGE})(?: (?:number|no|nr|numero))? (?P<page>\d{{1,4}})\b"
)
_PAGE_COUNTED = re.compile(rf"\b(?:on |auf |sur |en )?(?:the |der |die |la )?(?P<page>{'|'.join(_PAGE_PLACES)}|\d{{1,4}}(?:st|nd|rd|th)) (?:{_PAGE})\b")  # fmt: skip
_SIZE = re.compile(
    r"^(?:how (?:big|large)|wie gross) (?:is|ist) |^(?:what is )?the (?:file )?size of |^(?:quelle est )?la taille d[eu] |^que tamano tiene "
)


class _PageAsked(NamedTuple):
    """The number of a page, and the question without it."""

    page: int
    rest: str


def _find_page(folded: str) -> _PageAsked | None:
    """Return the page that a folded question names; a slide is one, too."""
    found = _PAGE_NUMBERED.search(folded) or _PAGE_COUNTED.search(folded)
    if found is None:
        return None
    said = found["page"]
    page = _PAGE_PLACES.get(said) or int(said.rstrip("stndrh"))
    return _PageAsked(page, " ".join(f"{folded[: found.start()]} {folded[found.end() :]}".split()))


def _asks_when_added(folded: str) -> bool:
    """Whether a folded question asks when something was added."""
    words = set(folded.split())
    return not (known.WHEN.isdisjoint(words) or known.UPLOADED.isdisjoint(words))


def _asks_how_large(folded: str) -> bool:
    """Whether a folded question asks how large something is."""
    return _SIZE.search(folded) is not None
