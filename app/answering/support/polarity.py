"""Negations, and words that turn a statement round: at least and at most, before and after. Pure."""

from collections.abc import Iterable, Sequence

# "Not" in the languages that put a word of its own for it.
NEGATORS = frozenset(
    [
        "not",
        "no",
        "never",
        "none",
        "nobody",
        "nothing",
        "neither",
        "nor",
        "cannot",
        "without",
        "n't",
        "nicht",
        "kein",
        "keine",
        "keinen",
        "keinem",
        "keiner",
        "keines",
        "nie",
        "niemals",
        "ohne",
        "weder",
        "nichts",
        "niemand",
        "ne",
        "pas",
        "jamais",
        "aucun",
        "aucune",
        "sans",
        "ni",
        "rien",
        "no",
        "nunca",
        "sin",
        "ningún",
        "ninguna",
        "ningun",
        "tampoco",
        "non",
        "mai",
        "senza",
        "nessun",
        "nessuna",
        "não",
        "nunca",
        "sem",
        "nenhum",
        "nenhuma",
        "nem",
        "niet",
        "geen",
        "nooit",
        "zonder",
        "inte",
        "ej",
        "aldrig",
        "utan",
        "ikke",
        "aldri",
        "uten",
        "uden",
        "ei",
        "en",
        "eivät",
        "ilman",
        "не",
        "нет",
        "никогда",
        "без",
        "ни",
        "нельзя",
        "ні",
        "немає",
        "لا",
        "ليس",
        "ليست",
        "لم",
        "لن",
        "بدون",
        "غير",
        "بلا",
        "नहीं",
        "मत",
        "नही",
        "nie",
        "bez",
        "není",
        "nejsou",
        "değil",
        "yok",
        "nem",
        "nincs",
        "sem",
        "tidak",
        "bukan",
        "tanpa",
        "không",
        "chưa",
        "δεν",
        "μη",
        "μην",
        "χωρίς",
        "לא",
        "אין",
        "בלי",
    ]
)
# In these languages the words are something else: "en" is "a" in Swedish, "no" is "in the" in Portuguese.
_ELSEWHERE = {"por": {"no", "nos"}, "fin": set(), "hun": set()}
_ONLY_IN = {
    "en": "fin", "nem": "hun", "sem": "hun por", "ei": "fin", "mai": "ita", "ni": "fra spa", "non": "ita", "pas": "fra",
    "ne": "fra", "sin": "spa", "nie": "deu pol", "no": "eng spa ita cat", "bez": "pol ces", "yok": "tur",
}  # fmt: skip
# They say no without a negation: a source that "forbids" supports "is not allowed".
_DENIALS = frozenset(
    [
        "unable",
        "fail",
        "fails",
        "failed",
        "lack",
        "lacks",
        "lacked",
        "lacking",
        "refuse",
        "refused",
        "refuses",
        "deny",
        "denied",
        "prohibited",
        "forbidden",
        "banned",
        "ban",
        "prohibits",
        "excluded",
        "excludes",
        "exclude",
        "impossible",
        "unlikely",
        "absence",
        "absent",
        "except",
        "rarely",
        "hardly",
        "illegal",
        "unlawful",
        "ineligible",
        "verboten",
        "untersagt",
        "ausgeschlossen",
        "unzulässig",
        "interdit",
        "interdite",
        "prohibido",
        "prohibida",
        "vietato",
        "proibido",
        "запрещено",
        "запрещён",
        "запрещается",
        "ممنوع",
    ]
)
_NEGATING_CHARACTERS = frozenset("不没沒無无未非勿禁")
_NEGATING_ENDINGS = ("ない", "ません", "なかっ", "なし", "않", "없", "못")
# Two sides of one matter each. A statement on one side is not supported by a passage that has only the other.
_OPPOSITES = (
    ("least minimum minimal mindestens minimo mínimo minimum moins mindest", "most maximum maximal höchstens máximo plus höchst"),
    ("more mehr over above exceed exceeds más higher greater larger больше более выше أكثر", "less fewer weniger under below menos lower smaller fewest меньше менее ниже أقل"),
    ("before prior vor avant antes prima earlier до перед قبل", "after nach après después dopo depois later после بعد"),
    ("increase increased increases increasing rise rises rose risen grew grow grows growing growth steigt stieg gestiegen erhöht augmente augmenté aumenta aumentó вырос выросла выросли увеличился увеличилась увеличились ارتفع زاد",
     "decrease decreased decreases decreasing fall falls fell fallen decline declined declines drop dropped drops reduce reduced shrank sinkt sank gesunken gefallen diminue diminué baisse disminuye disminuyó снизился снизилась снизились уменьшился уменьшилась уменьшились упал انخفض"),
    ("always immer toujours siempre всегда دائما", "never nie niemals jamais nunca никогда"),
    ("allowed permitted may erlaubt gestattet autorisé permis permitido разрешено разрешается مسموح", "forbidden prohibited banned verboten untersagt interdit prohibido запрещено запрещается ممنوع"),
    ("first erste ersten erster premier première primero первый", "last letzte letzten letzter dernier dernière último последний"),
    ("best", "worst"), ("highest", "lowest"), ("largest biggest", "smallest"), ("longest", "shortest"),
    ("longer", "shorter"), ("oldest older", "youngest younger"), ("north northern", "south southern"),
    ("east eastern", "west western"), ("open opens", "closed closes"), ("win won wins", "lose lost loses"),
    ("mandatory required compulsory", "optional voluntary"), ("included includes including", "excluded excludes excluding"),
    ("positive", "negative"), ("male", "female"), ("left", "right"), ("majority", "minority"), ("early", "late"),
)  # fmt: skip
# Word → on which side of which matters it stands: "more" on the first of the second matter.
SIDES: dict[str, list[tuple[int, int]]] = {}
for _number, _pair in enumerate(_OPPOSITES):
    for _side, _words in enumerate(_pair):
        for _word in _words.split():
            SIDES.setdefault(_word, []).append((_number, _side))
_UNSPACED_OPPOSITES = (
    (("至少", "最少", "以上", "少なくとも"), ("最多", "至多", "以下", "最大")), (("之前", "以前", "前に"), ("之后", "之後", "以后", "後に")),
    (("增加", "上升", "增长", "増加"), ("减少", "下降", "減少")), (("允许", "可以", "許可"), ("禁止", "不得")), (("高于", "多于"), ("低于", "少于")),
)  # fmt: skip


def is_negator(word: str, language: str) -> bool:
    """Whether a folded word negates in a language."""
    if word.endswith("n't"):
        return True
    if word not in NEGATORS or word in _ELSEWHERE.get(language, ()):
        return False
    return word not in _ONLY_IN or language in _ONLY_IN[word].split()


def denies(words: Iterable[str]) -> bool:
    """Whether one of these folded words says no without a negation."""
    return not _DENIALS.isdisjoint(words)


def negations_in_run(run: str) -> int:
    """Return how often a run of a script without spaces negates."""
    return sum(letter in _NEGATING_CHARACTERS for letter in run) + sum(map(run.count, _NEGATING_ENDINGS))


def sides_of(words: Sequence[str], text: str) -> frozenset[tuple[int, int]]:
    """Return on which side of which matter a text stands."""
    sides = {side for word in words for side in SIDES.get(word, ())}
    if not text.isascii():
        for number, pair in enumerate(_UNSPACED_OPPOSITES, len(_OPPOSITES)):
            sides |= {
                (number, side) for side, marks in enumerate(pair) if any(mark in text for mark in marks)
            }
    return frozenset(sides)


def contradicts(said: frozenset[tuple[int, int]], found: frozenset[tuple[int, int]]) -> bool:
    """Whether what is said stands on a side of which only the other is found."""
    return any((number, 1 - side) in found for number, side in said - found if (number, 1 - side) not in said)
