"""Words of a text: the common ground of the fallback's embeddings and answers. And forms that no stemmer brings together."""

from collections import Counter

from app.core.text import is_unspaced, pairs, tokens

_LONGEST_WORD = 40
# Irregular verbs, and words that are mostly cut short.
_SAME_WORDS = (
    "begin began begun", "break broke broken", "bring brought", "build built", "buy bought", "catch caught", "choose chose chosen",
    "come came", "deal dealt", "draw drew drawn", "drink drank drunk", "drive drove driven", "eat ate eaten",
    "fall fell fallen", "feel felt", "fly flew flown", "forget forgot forgotten", "freeze froze frozen",
    "give gave given", "go went gone", "grow grew grown", "hear heard", "hide hid hidden", "hold held", "keep kept", "know knew known",
    "lend lent", "lose lost", "make made", "meet met", "pay paid", "ride rode ridden",
    "rise rose risen", "run ran", "say said", "see saw seen", "sell sold", "send sent", "shrink shrank shrunk", "sing sang sung",
    "sink sank sunk", "sit sat", "sleep slept", "speak spoke spoken", "spend spent", "stand stood", "steal stole stolen",
    "swim swam swum", "take took taken", "teach taught", "tell told", "think thought", "throw threw thrown", "undo undid undone",
    "wear wore worn", "win won", "write wrote written", "withdraw withdrew withdrawn",
    "telephone phone", "photograph photo", "examination exam", "bicycle bike", "refrigerator fridge", "laboratory lab",
    "memorandum memo", "application app", "advertisement advert", "information info", "television tv",
)  # fmt: skip
_WHOLE_WORDS = {form: first for first, *forms in map(str.split, _SAME_WORDS) for form in forms}


def whole_word(word: str) -> str:
    """Return an English word in small letters in the form that stands for it: took as take, phone as telephone."""
    return _WHOLE_WORDS.get(word) or _WHOLE_WORDS.get(word.removesuffix("s"), word)


def word_counts(text: str) -> dict[str, int]:
    """Return how often each word occurs; runs of unspaced scripts count by characters and pairs of them."""
    found = tokens(text)
    if all(map(str.isascii, found)):
        return Counter([token[:_LONGEST_WORD] for token in found])
    counts: dict[str, int] = {}
    for token, times in Counter(found).items():
        parts = [*token, *pairs(token)] if is_unspaced(token) else [token[:_LONGEST_WORD]]
        for part in parts:
            counts[part] = counts.get(part, 0) + times
    return counts
