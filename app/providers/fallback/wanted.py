"""What kind of thing a question asks for, by its question word, and whether a sentence has such a thing. Pure."""

import re
from collections.abc import Sequence
from typing import Literal

Wanted = Literal["license", "money", "weight", "number", "time", "person"]

_ASKS: dict[Wanted, re.Pattern[str]] = {
    "license": re.compile(
        r"\b(?:which|what|welche[rn]?|unter welcher|quelle) (?:licen[cs]e|lizenz)\b", re.IGNORECASE
    ),
    "money": re.compile(
        r"\b(?:how much (?:do|does|did|is|are|will|would) .{1,60}\b(?:costs?|charge)\b|what (?:do|does|did|will|would) .{1,60}\bcosts?\b"
        r"|(?:wie ?viel|was) kostet|combien co[uû]te|cu[aá]nto cuesta|quanto costa)",
        re.IGNORECASE,
    ),
    "weight": re.compile(
        r"\b(?:how heavy|how much (?:do|does|did) .{1,60} weigh|wie schwer|wie ?viel wiegt)\b", re.IGNORECASE
    ),
    "number": re.compile(
        r"\b(?:how (?:many|much|long|old|far|high|tall|often|big|large|deep|heavy|fast|wide)"
        r"|what (?:percentage|percent|number|share|price|amount)"
        r"|wie ?(?:viele?n?|lange|oft|hoch|alt|weit|groß|schwer|tief)"
        r"|combien|cu[aá]nt[oa]s?|quant[oiae]s?|hoeveel)\b",
        re.IGNORECASE,
    ),
    "time": re.compile(
        r"^\W*(?:(?:and|since|until|seit|bis|und|depuis|desde) )?(?:when|wann|quand|cu[aá]ndo|quando|wanneer)\b"
        r"|\b(?:what|which) (?:year|date|day|month|time|decade|century)|\bwelche[mnrs]? jahr",
        re.IGNORECASE,
    ),
    # Languages that write all nouns with capitals show no names, so only English asks for them.
    "person": re.compile(r"^\W*(?:who|whom|whose)\b", re.IGNORECASE),
}
# How many there are of something is told by a number in front of it, or behind it in a table.
_COUNT = re.compile(r"^\W*(?:how many (\w+) (?:are|were) there|wie ?viele (\w+) gibt es)\W*$", re.IGNORECASE)
_LONGEST_STEM = 6
# A digit within a name such as ASN1 is no number.
_DIGIT = r"(?<!\w)\d"
_COUNTS = (
    r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+ty|hundred|thousand|million|billion"
    r"|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|hundert|tausend"
)
_NUMBERS = (
    rf"{_COUNTS}|half|third|quarter|once|twice|no|none|all|every|each|daily|weekly|several|few"
    r"|ein\w*|million\w*|halb\w*|jede\w*"
    r"|un|une|deux|trois|quatre|cinq|uno|una|dos|tres|cuatro|cinco|due|tre|quattro|een|twee|drie"
)
_TIMES = (
    r"january|february|march|april|may|june|july|august|september|october|november|december|\w+days?|noon|midnight|mornings?"
    r"|evenings?|weeks?|months?|years?|century|centuries|decades?|hours?|before|after|during|until|since|while|once|always"
    r"|januar|februar|märz|mai|juni|juli|oktober|dezember|\w*tags?|\w*tage|jahr\w*|woche\w*|monat\w*|stunde\w*|vor|nach|während"
    r"|bis|seit|als|wenn|avant|après|pendant|depuis|antes|después|durante|desde|prima|dopo|voor|na|sinds"
)
_HAS: dict[Wanted, re.Pattern[str]] = {
    # A text that says so, not one of the many sentences of which a license is made.
    "license": re.compile(
        r"\b(?:(?:licen[cs]ed|released|distributed|available|published|covered|redistribute\b.{0,60}) (?:under|by) |under the (?:terms|conditions) of"
        r"|(?:lizenziert|veröffentlicht) unter|sous licence)",
        re.IGNORECASE,
    ),
    "money": re.compile(
        r"[€$£¥₹]|\b(?:euros?|eur|dollars?|usd|cents?|pounds?|gbp|chf|franken|francs?|yen|yuan|rubles?|rupees?|free|kostenlos|gratis"
        r"|gratuite?|million\w*|billion\w*|costs?|prices?|kosten|kostet|preis)\b",
        re.IGNORECASE,
    ),
    "weight": re.compile(
        r"\b(?:weigh\w*|gewicht|wiegt|wiegen)\b|\d ?(?:kg|g|mg|lbs?|oz|t)\b"
        r"|\b(?:kilo\w*|gramm?s?|pounds?|tonn?e?s?|tonnen|ounces?|heavy|heavier|schwer)\b",
        re.IGNORECASE,
    ),
    "number": re.compile(rf"{_DIGIT}|\b(?:{_NUMBERS})\b", re.IGNORECASE),
    "time": re.compile(rf"{_DIGIT}|\b(?:{_TIMES})\b", re.IGNORECASE),
    # A capital within the sentence, or two words with capitals at its beginning.
    "person": re.compile(r"(?<=[\w,;:)] )[A-Z][\w'’.-]+|^[A-Z][\w'’-]+ (?:[A-Z]\. ?)*[A-Z][\w'’-]+"),
}

_LICENSE = re.compile(
    r"under the terms|licen[cs]|lizenz|copyright|public domain|\b[AL]?GPL|\bMIT\b|\bBSD\b", re.IGNORECASE
)

_MUST_HAVE: dict[Wanted, re.Pattern[str]] = {
    "license": _LICENSE,
    "money": _HAS["money"],
    "weight": _HAS["weight"],
}

_FUNCTION = re.compile(
    r"^\W*(?:which|what|welche|quelle|qué) (?:function|method|procedure|macro|routine|funktion|methode|fonction|función|método)\b",
    re.IGNORECASE,
)
# "Deletes the structure", but not "The structure must …", which says something of an argument.
DESCRIBES = re.compile(
    r"^(?:(?:This|The) (?:function|method|procedure|macro)\b"
    r"|(?!(?:The|An?|If|It|This|Note|Returns:)\b|\w+ (?:must|is|are|can|may|should|will|has)\b)[A-Z]\w* \w)"
)
SPEAKS_OF_FUNCTION = re.compile(r"\b(?:function|method|procedure|macro|routine)s?\b|\w\(\)", re.IGNORECASE)
_PURPOSE = re.compile(
    r"^\W*(?:what (?:does|do)|was (?:macht|tut)|que fait|qué hace) (?:the |die |der |das )?"
    r"(?:function |command |method |funktion |befehl |methode )?([\w.:-]+)(?:\(\))?(?: do)?\W*$",
    re.IGNORECASE,
)


def asks_for_function(question: str) -> bool:
    """Whether a question asks which function does something: its answer is a function with its description."""
    return _FUNCTION.match(question) is not None


def without_function(question: str) -> str:
    """Return what the function is to do: "Which function frees memory?" is about freeing memory."""
    return _FUNCTION.sub("", question)


def asks_what_it_does(question: str) -> bool:
    """Whether a question is what something named does: the section under that name says it."""
    return _PURPOSE.match(question) is not None


def wanted_by(question: str) -> Wanted | None:
    """Return what a question asks for, None where its words do not tell."""
    return next((wanted for wanted, asks in _ASKS.items() if asks.search(question)), None)


def has(wanted: Wanted | None, sentence: str) -> bool:
    """Whether a sentence can be the answer: it has a number, a time or a name, if that is what is wanted."""
    return wanted is None or _HAS[wanted].search(sentence) is not None


def counted_by(question: str) -> re.Pattern[str] | None:
    """Return what a sentence says that tells how many there are of something, None where nothing else is asked.

    "Every employee has a laptop" does not tell how many employees there are.
    """
    asked = _COUNT.match(question)
    if asked is None:
        return None
    noun = rf"{re.escape((asked[1] or asked[2])[:_LONGEST_STEM])}\w*"
    number = rf"(?:{_DIGIT}[\d.,]*|\b(?:{_COUNTS})\b)"
    return re.compile(rf"{number}(?: \w+){{0,2}} {noun}|\b{noun}(?: · \w+)?: {number}", re.IGNORECASE)


def may_answer(wanted: Wanted | None, best: Sequence[str]) -> bool:
    """Whether the best sentence may answer at all: where a license, a price or a weight is asked for, it speaks of one."""
    pattern = _MUST_HAVE.get(wanted) if wanted else None
    return pattern is None or any(map(pattern.search, best))
