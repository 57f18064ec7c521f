"""Verbs, as far as a text tells their tense: by auxiliary verbs and endings, and by a list of the irregular ones in English. Pure."""

from collections.abc import Sequence

from app.answering.support.polarity import word_set
from app.answering.support.turns import Word
from app.core.stemming import stem

# Infinitive → past.
_IRREGULAR_PAST = {
    "become": "became", "begin": "began begun", "break": "broke broken", "bring": "brought", "build": "built", "buy": "bought",
    "catch": "caught", "choose": "chose chosen", "come": "came", "draw": "drew drawn", "drive": "drove driven", "fall": "fell fallen",
    "find": "found", "fly": "flew flown", "give": "gave given", "go": "went gone", "grow": "grew grown", "hold": "held",
    "keep": "kept", "lead": "led", "leave": "left", "lend": "lent", "lose": "lost", "make": "made", "meet": "met", "pay": "paid",
    "rise": "rose risen", "run": "ran", "sell": "sold", "send": "sent", "shoot": "shot", "speak": "spoke spoken",
    "spend": "spent", "stand": "stood", "take": "took taken", "teach": "taught", "tell": "told", "win": "won",
    "withdraw": "withdrew withdrawn", "write": "wrote written",
}  # fmt: skip
_IRREGULAR = {past: infinitive for infinitive, pasts in _IRREGULAR_PAST.items() for past in pasts.split()}
_PAST = {
    "eng": word_set("was were has have had did been"),
    "deu": word_set("wurde wurden war waren hat haben hatte hatten"),
    "fra": word_set("a ont fut furent était étaient été avait avaient"),
}
_PAST_ENDINGS = {"eng": ("ed",), "deu": ("te", "ten"), "fra": ("ait", "aient")}
_PRESENT_BE = word_set("am is are be being ist sind est sont")
# "Was also completed".
_REACH_OF_AUXILIARY = 3


def verbs_of(words: Sequence[Word]) -> set[str]:
    """Return the stems of words, and of the infinitives of irregular verbs: "build" for "built"."""
    infinitives = (_IRREGULAR.get(word.token.folded) for word in words)
    return {word.stem for word in words} | {
        stem(infinitive, "eng") for infinitive in infinitives if infinitive
    }


def is_in_past(words: Sequence[Word], place: int, language: str) -> bool:
    """Whether a word is a verb in the past: "opened" and "has built", but not "is opened" and "will be opened"."""
    name = words[place].token.folded
    before = {
        word.token.folded
        for word in (
            words[max(0, place - _REACH_OF_AUXILIARY) : place] if language == "eng" else words[:place]
        )
    }
    past = _PAST.get(language, frozenset())
    if name in past or not before.isdisjoint(past):
        return True
    if not before.isdisjoint(_PRESENT_BE):
        return False
    return name.endswith(_PAST_ENDINGS.get(language, ())) or (language == "eng" and name in _IRREGULAR)
