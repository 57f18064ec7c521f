"""Prose that nobody wrote, to measure with: words as frequent as a language's, in sentences, no two texts alike."""

import numpy as np

from app.core.rarity import read_ranks

_WORD_CHARACTERS = 5.4
_SHORTEST_SENTENCE, _LONGEST_SENTENCE = 6, 20
_PARAGRAPH = 5


class Prose:
    """Draws texts: a word in Latin letters of each frequency rank, by Zipf's law."""

    def __init__(self, *, seed: int = 7) -> None:
        words: dict[int, str] = {}
        for word, rank in read_ranks().items():
            if word.isascii() and word.isalpha():
                words.setdefault(rank, word)
        shares = 1 / np.fromiter(words, np.float64)
        self._words = list(words.values())
        self._borders = np.cumsum(shares) / shares.sum()
        self._random = np.random.default_rng(seed)

    def texts(self, count: int, *, characters: int) -> list[str]:
        """Return texts of about this many characters: sentences, five to a paragraph, each text with a number of its own."""
        return [self._text(characters) for _ in range(count)]

    def questions(self, count: int) -> list[str]:
        """Return this many questions of seven words."""
        return [f"{' '.join(self._draw(7)).capitalize()}?" for _ in range(count)]

    def _text(self, characters: int) -> str:
        words = self._draw(round(characters / _WORD_CHARACTERS))
        lengths = self._random.integers(_SHORTEST_SENTENCE, _LONGEST_SENTENCE, len(words)).tolist()
        written, place = "", 0
        for number, length in enumerate(lengths, 1):
            if place >= len(words):
                break
            written += " ".join(words[place : place + length]).capitalize()
            written += ".\n\n" if number % _PARAGRAPH == 0 else ". "
            place += length
        return f"{written}No. {self._random.integers(10**9)}."

    def _draw(self, count: int) -> list[str]:
        places = np.searchsorted(self._borders, self._random.random(count), side="right")
        return [self._words[place] for place in places.tolist()]
