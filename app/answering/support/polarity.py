"""Negations, and words that turn a statement round: at least and at most, before and after. Pure."""

from collections.abc import Iterable

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
        "nein",
        "nee",
        "nej",
        "nei",
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
    "en": "fin", "nem": "hun", "sem": "hun por", "ei": "fin", "mai": "ita", "ni": "fra spa", "non": "ita fra", "pas": "fra", "nee": "nld", "nej": "swe dan", "nei": "nor",
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
    ("permission", "allowed permitted may erlaubt gestattet autorisé permis permitido разрешено разрешается مسموح",
     "forbidden prohibited banned verboten untersagt interdit prohibido запрещено запрещается ممنوع"),
    ("duty", "mandatory required compulsory obligatory verpflichtend vorgeschrieben obligatoire obligatorio",
     "optional voluntary freiwillig facultatif voluntario"),
    ("inclusion", "included includes including inbegriffen enthalten compris incluido incluye", "excluded excludes excluding ausgeschlossen exclu excluido excluye"),
    ("frequency", "always immer toujours siempre всегда دائما", "never nie niemals jamais nunca никогда"),
    ("all", "all every each everybody everyone alle jeder jede jedes tous toutes todos todas все каждый", "some few einige manche wenige certains quelques algunos некоторые"),
    ("extent", "most maximum maximal plus höchst", "least minimum minimal moins mindest"),
    ("amount", "more mehr over above exceed exceeds más higher greater larger больше более выше أكثر",
     "less fewer weniger under below menos lower smaller fewest меньше менее ниже أقل"),
    ("time", "before prior vor avant antes prima earlier до перед قبل", "after nach après después dopo depois later после بعد"),
    ("rise", "increase increased increases increasing rise rises rose risen grew grow grows growing growth steigt stieg gestiegen erhöht augmente augmenté aumenta aumentó вырос выросла выросли увеличился увеличилась увеличились ارتفع زاد",
     "decrease decreased decreases decreasing fall falls fell fallen decline declined declines drop dropped drops reduce reduced shrank sinkt sank gesunken gefallen diminue diminué baisse disminuye disminuyó снизился снизилась снизились уменьшился уменьшилась уменьшились упал انخفض"),
    ("order", "first erste ersten erster premier première primero первый", "last letzte letzten letzter dernier dernière último последний"),
    ("quality", "best besser better mejor meilleur", "worst worse schlechter peor pire"), ("height", "highest höchste", "lowest niedrigste"),
    ("size", "largest biggest bigger größer größte", "smallest kleiner kleinste"), ("length", "longest longer länger", "shortest shorter kürzer"),
    ("age", "oldest older älter", "youngest younger jünger"), ("speed", "faster fast fastest quicker schneller schnell rapide", "slower slow slowest langsamer langsam lent"),
    ("weight", "heavier heavy heaviest schwerer", "lighter lightest leichter"), ("price", "expensive dearer teurer cher caro", "cheaper cheap cheapest billiger günstiger barato"),
    ("strength", "stronger strong strongest stärker", "weaker weak weakest schwächer"), ("heat", "hot hotter warm warmer hottest", "cold colder cool cooler coldest"),
    ("width", "wider wide thicker thick", "narrower narrow thinner thin"), ("depth", "deeper deep", "shallower shallow"), ("ease", "easier easy simple simpler", "harder hard difficult"),
    ("direction", "upward upwards", "downward downwards"), ("latitude", "north northern norden nördlich", "south southern süden südlich"),
    ("longitude", "east eastern osten östlich", "west western westen westlich"), ("access", "open opens opened geöffnet", "closed closes close geschlossen"),
    ("start", "start starts started begin begins began beginnt begann commence", "end ends ended finish finishes finished endet endete termine"),
    ("contest", "win won wins", "lose lost loses"), ("result", "profit profits gain gains gewinn", "loss losses verlust"), ("trade", "buy buys bought buyer", "sell sells sold seller"),
    ("border", "import imports imported", "export exports exported"), ("way", "input inputs enter enters entry", "output outputs exit exits"),
    ("place", "internal inside inner innen", "external outside outer außen"), ("outcome", "success successful succeeded", "failure failed unsuccessful"),
    ("openness", "public öffentlich", "private privat"), ("work", "enable enables enabled aktiviert", "disable disables disabled deaktiviert"),
    ("consent", "accept accepted accepts approve approved approves genehmigt", "reject rejected rejects refuse refused decline denied abgelehnt"),
    ("truth", "true", "false"), ("fill", "full voll", "empty leer"), ("sign", "positive", "negative"), ("sex", "male", "female"), ("side", "left", "right rechts"),
    ("share", "majority mehrheit", "minority minderheit"), ("hour", "early früh", "late spät"), ("post", "employee employees arbeitnehmer", "employer employers arbeitgeber"),
    ("rent", "tenant tenants lessee mieter", "landlord landlords lessor vermieter"), ("loan", "lender lenders creditor creditors", "borrower borrowers debtor debtors"),
    ("teaching", "trainer trainers", "trainee trainees"), ("factor", "doubled doubles double verdoppelt", "halved halves half halbiert"),
    ("limit", "minimum mindestens minimo mínimo", "maximum höchstens máximo"),
)  # fmt: skip
# A passage seldom says these in other words: bounds of numbers, "only", "less", "least" and "fell".
_MARKED = frozenset(
    (("bound", 0), ("bound", 1), ("limitation", 0), ("extent", 1), ("amount", 1), ("time", 1), ("rise", 1), ("order", 1),
     ("quality", 1), ("height", 1), ("size", 1), ("length", 1))
)  # fmt: skip
# Of these "not" makes the other side: "not allowed" is forbidden. "Not higher" is on no side.
_TURNED_BY_NOT = frozenset(("permission", "duty", "inclusion", "frequency"))
Side = tuple[str, int]
_SIDES: dict[str, list[Side]] = {}
for _matter, *_pair in _OPPOSITES:
    for _side, _words in enumerate(_pair):
        for _word in _words.split():
            _SIDES.setdefault(_word, []).append((_matter, _side))
SIDED = frozenset(_SIDES)
RISING = frozenset(word for word, sides in _SIDES.items() if any(matter == "rise" for matter, _ in sides))
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


def sides_of_word(word: str, *, is_negated: bool) -> list[Side]:
    """Return on which side of which matters a folded word of SIDED stands: "more" on the first of amounts."""
    sides = _SIDES[word]
    if not is_negated:
        return sides
    return [(matter, 1 - side) for matter, side in sides if matter in _TURNED_BY_NOT]


def sides_without_spaces(text: str) -> set[Side]:
    """Return on which side of which matters a text in a script without spaces stands."""
    if text.isascii():
        return set()
    return {
        (f"unspaced {number}", side)
        for number, pair in enumerate(_UNSPACED_OPPOSITES)
        for side, marks in enumerate(pair)
        if any(mark in text for mark in marks)
    }


def contradicts(said: frozenset[Side], found: frozenset[Side]) -> bool:
    """Whether what is said stands on a side of which only the other is found."""
    return any((matter, 1 - side) in found for matter, side in said - found if (matter, 1 - side) not in said)


def lacks_marked_side(said: frozenset[Side], found: frozenset[Side]) -> bool:
    """Whether what is said stands on a marked side, as "less" and "last" do, that is not found at all."""
    return not _MARKED.isdisjoint(said - found)
