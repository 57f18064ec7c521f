"""Negations, exceptions, and words that deny without a negation. Pure data."""


def word_set(text: str) -> frozenset[str]:
    """Return the words of a text, as a set."""
    return frozenset(text.split())


# They leave something out of what is said: "daily except Mondays" denies Mondays, and not "daily".
EXCEPTIONS = word_set(
    "except excepting excluding unlike contrairement instead rather statt anstatt anstelle lieu lugar außer ausser ausgenommen sauf excepté hormis l'exception salvo "
    "excepto eccetto tranne exceto behalve uitgezonderd utom oprócz кроме عدا باستثناء exception ausnahme excepción eccezione "
    "exceção wyjątkiem исключением"
)
# "With the exception of" leaves something out, "raises an exception" does not.
EXCEPTION_NOUNS = word_set("exception ausnahme excepción eccezione exceção wyjątkiem исключением")
WITH = word_set("with mit con com z za за")
# "Tea instead of coffee" leaves out coffee, "instead, it sells tea" does not.
LEFT_FOR = {"instead": "of", "rather": "than", "lieu": "de", "lugar": "de"}
# "No longer applies" and "does not yet apply" are about "apply".
SOFTENING = word_set(
    "been été sido case cases cas casos those ceux celles diejenigen longer yet however though always necessarily fully entirely completely even actually currently generally usually jedoch doch mehr immer unbedingt vollständig "
    "encore toujours plus más siempre todavía più sempre ancora"
)
# They deny what follows without a negation: who "failed to file" has not filed.
FAILURES = word_set(
    "fail fails failed failing lack lacks lacked lacking refuse refuses refused refusing deny denies denied unable "
    "neglect neglects neglected avoid avoids avoided verweigert verweigerte verweigern versäumt versäumte "
    "refusé refusa manque carece carecen rechazó rifiuta rifiutato odmówił odmówiła odmówili brakuje "
    "отказался отказалась отказались رفض رفضت"
)
# "Not" in the languages that put a word of its own for it.
NEGATORS = word_set(
    "not no never none nobody nothing neither nor cannot without n't nein nee nej nei nicht kein keine "
    "keinen keinem keiner keines nie niemals ohne weder nichts niemand niemanden niemandem ne pas jamais aucun aucune sans ni "
    "rien nunca sin ningún ninguna ningun tampoco non mai senza nessun nessuna não sem nenhum nenhuma nem "
    "niet geen nooit zonder inte ej aldrig utan ikke aldri uten uden ei en eivät ilman не нет никогда без "
    "ни нельзя ні немає لا ليس ليست لم لن بدون غير بلا नहीं मत नही bez není nejsou değil yok nincs tidak "
    "bukan tanpa không chưa δεν μη μην χωρίς לא אין בלי"
).union(EXCEPTIONS)
# They deny of all that follow what these do.
NOBODY = word_set(
    "none nobody no neither niemand niemanden kein keine keiner keines aucun aucune personne ningún ninguna ninguno nadie nessuno nessuna "
    "nenhum nenhuma ninguém geen niemand żaden żadna żadne никто ни"
)
# Right behind a verb they deny it: "injured nobody".
OBJECTS = word_set("nobody nothing no none niemanden niemandem nichts personne rien nadie nessuno")
# At the end of a sentence they deny what was said before of others.
CANNOT = word_set("cannot can't don't doesn't didn't isn't aren't not")
# What stands on one side of them is not what stands on the other.
OPPOSING = word_set(
    "but while whereas although though however yet aber sondern doch während obwohl jedoch mais tandis pero sino aunque mientras ma "
    "mentre mas embora maar terwijl ale lecz но а хотя"
)
# In these languages the words are something else: "en" is "a" in Swedish, "no" is "in the" in Portuguese.
NO_NEGATORS_IN = {"por": {"no", "nos"}, "fin": set(), "hun": set()}
NEGATORS_ONLY_IN = {
    "en": "fin", "nem": "hun", "sem": "hun por", "ei": "fin", "mai": "ita", "ni": "fra spa", "non": "ita fra", "pas": "fra", "nee": "nld", "nej": "swe dan", "nei": "nor",
    "ne": "fra", "sin": "spa", "nie": "deu pol", "no": "eng spa ita cat", "bez": "pol ces", "yok": "tur",
}  # fmt: skip
# They say no without a negation: a source that "forbids" supports "is not allowed".
DENIALS = word_set(
    "prohibited forbidden banned ban prohibits excluded excludes exclude impossible unlikely absence absent rarely "
    "hardly illegal unlawful ineligible verboten untersagt ausgeschlossen unzulässig interdit interdite "
    "prohibido prohibida vietato proibido запрещено запрещён запрещается ممنوع"
)
DENYING = DENIALS | FAILURES
NEGATING_CHARACTERS = frozenset("不没沒無无未非勿禁")
NEGATING_ENDINGS = ("ない", "ません", "なかっ", "なし", "なけれ", "除外", "除了", "を除", "않", "없", "못")
