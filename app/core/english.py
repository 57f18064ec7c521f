"""English words as they are spelled on the other side of the Atlantic, plurals without an ending of their own, Roman numbers. Pure."""

import re
from collections.abc import Iterator

_OUR = "arb behavi cand clam col demean enamo endeav fav ferv flav glam harb hon hum lab neighb od parl ranc rig rum sav splend tum val vap vig"
_RE = "cent fib goit kilomet lit lust met millimet centimet nanomet och sab scept sombr spect theat calib manoeuv"
_PAIRS = (
    (re.compile(rf"\b({_OUR.replace(' ', '|')})(ou|o)(?=r)"), {"o": "ou", "ou": "o"}),
    (re.compile(rf"\b({_RE.replace(' ', '|')})(re|er)(?=s?$)"), {"re": "er", "er": "re"}),
    (re.compile(r"([a-z]{2}i|[a-z]aly)([sz])(?=(?:e[drs]?|ers|ing|ation|ations|able)$)"), {"s": "z", "z": "s"}),
    (re.compile(r"((?:cata|dia|ana|mono|pro|epi)l?og)(ue)?(?=s?$)"), {"ue": "", "": "ue"}),
    (re.compile(r"((?:licen|defen|offen|preten))([cs])(?=es?$)"), {"c": "s", "s": "c"}),
    (re.compile(r"((?:trave|cance|labe|mode|leve|chan?ne|fue|signa|tota|counse|jewe|marve|initia|dia)l)(l)?(?=(?:ed|ing|er|ers|or|ors|ery)$)"), {"l": "", "": "l"}),
    (re.compile(r"((?:enro|fulfi|insta|ski|wi)l)(l)?(?=(?:s|ment|ments|ful)?$)"), {"l": "", "": "l"}),
    (re.compile(r"\b(p|an|h|leuk|encyclop|orthop|gyn)(ae|e)(?=d(?:ia|ic)|mi|mat|mo[pr]|co)"), {"ae": "e", "e": "ae"}),
)  # fmt: skip
_SAME = (
    "grey gray", "cheque check", "tyre tire", "aluminium aluminum", "programme program", "ageing aging", "judgement judgment",
    "acknowledgement acknowledgment", "kerb curb", "plough plow", "sceptic skeptic", "sceptical skeptical", "aeroplane airplane",
    "mould mold", "moulding molding", "maths math", "artefact artifact", "enquiry inquiry", "enquiries inquiries", "practise practice",
    "manoeuvre maneuver", "sulphur sulfur", "storey story", "draught draft", "gaol jail", "pyjamas pajamas", "whisky whiskey",
    # Plurals.
    "child children", "man men", "woman women", "foot feet", "tooth teeth", "goose geese", "mouse mice", "person people", "ox oxen",
    "index indices indexes", "matrix matrices", "vertex vertices", "appendix appendices appendixes", "analysis analyses",
    "basis bases", "crisis crises", "thesis theses", "hypothesis hypotheses", "diagnosis diagnoses", "axis axes", "synthesis syntheses",
    "criterion criteria", "phenomenon phenomena", "medium media", "datum data", "bacterium bacteria", "curriculum curricula",
    "memorandum memoranda", "formula formulae formulas", "leaf leaves", "knife knives", "life lives", "wife wives", "shelf shelves",
    "half halves", "wolf wolves", "calf calves", "loaf loaves", "thief thieves", "alumnus alumni", "stimulus stimuli", "nucleus nuclei",
    "radius radii", "focus foci", "fungus fungi",
    # Numbers of phases, parts and kings.
    "2 ii", "3 iii", "4 iv", "7 vii", "8 viii", "9 ix", "12 xii", "13 xiii", "14 xiv",
)  # fmt: skip
_OTHERS = {
    word: tuple(other for other in words.split() if other != word)
    for words in _SAME
    for word in words.split()
}


def other_spellings(word: str) -> Iterator[str]:
    """Yield how an English word in small letters is written as well: colour as color, indices as index.

    Some are no words at all. No text holds those.
    """
    yield from _OTHERS.get(word, ())
    for pattern, others in _PAIRS:
        if found := pattern.search(word):
            yield word[: found.end(1)] + others[found[2] or ""] + word[found.end() :]
