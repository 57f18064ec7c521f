"""Since when: the day that a question names, in four languages, as of a given day. Pure."""

import datetime as dt
import re

_MONTHS = (
    "january januar janvier enero jan", "february februar fevrier febrero feb", "march marz mars marzo mar", "april avril abril apr",
    "may mai mayo", "june juni juin junio jun", "july juli juillet julio jul", "august aout agosto aug",
    "september septembre septiembre sep sept", "october oktober octobre octubre oct okt", "november novembre noviembre nov",
    "december dezember decembre diciembre dec dez",
)  # fmt: skip
_MONTH_OF = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_MONTH = "|".join(sorted(_MONTH_OF, key=len, reverse=True))
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
    month = _MONTH_OF[parts["name"]] if parts.get("name") else int(parts.get("month") or 1)
    try:
        day = dt.date(int(parts.get("year") or today.year), month, int(parts.get("day") or 1))
        return day if parts.get("year") or day <= today else day.replace(year=today.year - 1)
    except ValueError:
        return None


def _without(text: str, found: re.Match[str]) -> str:
    return " ".join(f"{text[: found.start()]} {text[found.end() :]}".split())
