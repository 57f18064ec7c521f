"""Phrases whose words mean something else together: "no more than" denies nothing, "up to 10" is a bound. Pure."""

from collections import defaultdict

# A number is #.
_UPPER = (
    "no more than|not more than|not exceed|not exceeding|no greater than|no higher than|no longer than|no larger than|at most|at the most|up to #|"
    "less than #|fewer than #|lower than #|smaller than #|shorter than #|younger than #|a maximum of|maximum of|below #|under #|# or less|# or fewer|# or below|"
    "# or under|# or younger|# at most|# at the most|nicht mehr als|nicht länger als|höchstens|maximal|bis zu|weniger als #|kürzer als #|"
    "jünger als #|unter #|# oder weniger|pas plus de|au plus|au maximum|jusqu'à|moins de #|inférieur à #|inférieurs à #|inférieure à #|inférieures à #|no más de|como máximo|"
    "a lo sumo|hasta #|menos de #|al massimo|non più di|fino a|meno di #|no máximo|até #|hoogstens|maximaal|minder dan #|tot #|не более|"
    "не больше|менее #|меньше #|до #"
)
_LOWER = (
    "no less than|no fewer than|not less than|not fewer than|no lower than|no shorter than|no younger than|at least|at the least|"
    "more than #|greater than #|higher than #|larger than #|longer than #|older than #|a minimum of|minimum of|over #|above #|exceed #|exceeds #|exceeding #|# or more|# or above|# or over|"
    "# and over|# and above|# or older|# or longer|# or higher|# at least|nicht weniger als|nicht kürzer als|mindestens|wenigstens|mehr als #|länger als #|älter als #|über #|ab #|"
    "# oder mehr|pas moins de|au moins|au minimum|plus de #|supérieur à #|supérieurs à #|supérieure à #|supérieures à #|no menos de|al menos|por lo menos|"
    "como mínimo|más de #|non meno di|almeno|al minimo|più di #|no mínimo|pelo menos|mais de #|minstens|ten minste|meer dan #|не менее|не меньше|"
    "более #|больше #|свыше #"
)
_ON = (
    "turn on|turns on|turned on|turn it on|switch on|switches on|switched on|switch it on|power on|powered on|on by default|einschalten|"
    "anschalten|eingeschaltet|angeschaltet"
)
_OFF = (
    "turn off|turns off|turned off|turn it off|switch off|switches off|switched off|switch it off|power off|powered off|off by default|"
    "ausschalten|abschalten|ausgeschaltet|abgeschaltet"
)
_NO_LATER = (
    "no later than|not later than|at the latest|spätestens|au plus tard|a más tardar|al più tardi|не позднее"
)
_NO_EARLIER = "no earlier than|not earlier than|not before|at the earliest|frühestens|au plus tôt|не ранее"
_UP = "go up|goes up|went up|gone up|going up|up by #|moved up|moves up"
_DOWN = "go down|goes down|went down|gone down|going down|down by #|moved down|moves down"
_ONLY = "only|nur|ausschließlich|seulement|uniquement|solamente|únicamente|soltanto|только|исключительно"
_NOT_ONLY = "not only|not just|nicht nur|non seulement|pas seulement|no solo|no sólo|no solamente|non solo|не только|niet alleen"
_WORKING_DAYS = (
    "working days|working day|business days|business day|werktage|werktagen|arbeitstage|arbeitstagen|jours ouvrés|jours ouvrables|"
    "días hábiles|días laborables|giorni lavorativi|dias úteis|werkdagen|dni roboczych|рабочих дней"
)
_CALENDAR_DAYS = (
    "calendar days|calendar day|kalendertage|kalendertagen|jours calendaires|días naturales|giorni solari|giorni di calendario|"
    "dias corridos|kalenderdagen|dni kalendarzowych|календарных дней"
)
_PHRASES = {
    ("bound", 0): _LOWER, ("bound", 1): _UPPER, ("deadline", 0): _NO_LATER, ("deadline", 1): _NO_EARLIER,
    ("rise", 0): _UP, ("rise", 1): _DOWN, ("limitation", 0): _ONLY, ("addition", 0): _NOT_ONLY,
    ("switch", 0): _ON, ("time", 0): "ahead of", ("all", 1): "most of", ("switch", 1): _OFF, ("days", 0): _WORKING_DAYS, ("days", 1): _CALENDAR_DAYS, ("change", 0): "by #|um #", ("cause", 0): "because of|due to|owing to|thanks to|as a result of|aufgrund|wegen|dank|à cause de|grâce à|debido a", ("cause", 1): "despite|in spite of|notwithstanding|regardless of|trotz|malgré|a pesar de|nonostante", ("stance", 0): "voted for|vote for|votes for|voting for|in favour of|in favor of|stimmte für|stimmten für|votó a favor", ("stance", 1): "voted against|vote against|votes against|voting against|stimmte gegen|stimmten gegen|votó en contra", ("span", 0): "valid from|effective from|gültig ab|gilt ab|valable à partir", ("change", 1): "to #|auf #",
}  # fmt: skip
Side = tuple[str, int]
# Joined words may come in either order.
JOINING = frozenset(
    (
        "and",
        "or",
        "und",
        "oder",
        "et",
        "ou",
        "y",
        "e",
        "o",
        "i",
        "lub",
        "и",
        "или",
        "و",
        "أو",
        "och",
        "og",
    )
)


def _by_first_word() -> dict[str, list[tuple[list[str], Side]]]:
    """Return first word → phrases with their sides, the longer ones first."""
    found: dict[str, list[tuple[list[str], Side]]] = defaultdict(list)
    for side, phrases in _PHRASES.items():
        for phrase in phrases.split("|"):
            words = phrase.split()
            found[words[0]].append((words, side))
    return {word: sorted(entries, key=lambda entry: -len(entry[0])) for word, entries in found.items()}


BY_FIRST_WORD = _by_first_word()
