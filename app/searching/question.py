"""The last question of a conversation, as one query. Pure."""

from app.core.answers import Conversation
from app.core.words import is_unspaced, tokens

# "And for contractors?" says too little by itself, as do most questions of so few words.
_FEWEST_WORDS = 5
_FEWEST_CHARACTERS = 10
_CONNECTIVES = frozenset({"and", "but", "or", "also", "then", "it", "its", "they", "their", "he", "she"})


def find_question(conversation: Conversation) -> str:
    """Return the last user message, preceded by the one before it if it continues that one."""
    asked = asked_questions(conversation)
    if len(asked) < 2 or not _goes_on(asked[-1]):
        return asked[-1] if asked else ""
    return f"{asked[-2]}\n{asked[-1]}"


def last_question(conversation: Conversation) -> str:
    """Return the last user message that says anything."""
    return (asked_questions(conversation) or [""])[-1]


def asked_questions(conversation: Conversation) -> list[str]:
    """Return the user's messages that say anything, the last one last."""
    return [turn.text for turn in conversation if turn.role == "user" and turn.text.strip()]


def is_follow_up(conversation: Conversation) -> bool:
    """Whether the user has asked before."""
    return len(asked_questions(conversation)) > 1


def _goes_on(text: str) -> bool:
    """Whether a question refers to the one before: it is short, or it begins with a connective."""
    words = tokens(text)
    if any(is_unspaced(word) for word in words):
        return sum(map(len, words)) < _FEWEST_CHARACTERS
    return len(words) < _FEWEST_WORDS or (len(words) < 2 * _FEWEST_WORDS and words[0] in _CONNECTIVES)
