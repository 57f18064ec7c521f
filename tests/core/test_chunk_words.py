"""BM25 weights of chunks."""

import pytest

from app.core.asked import read_query
from app.core.chunk_words import ChunkWords, chunk_words


def words_of(text: str, language: str = "eng") -> ChunkWords:
    return chunk_words([text], language)[0]


def weights_of(words: ChunkWords) -> dict[int, float]:
    return dict(zip(words.weighed.tolist(), words.weights.tolist(), strict=True))


def test_weights_are_those_of_bm25() -> None:
    """Tf / (tf + 1.2 (.25 + .75 dl / 100)), worked out by hand for a text of four words, one of them twice."""
    twice, once = (words_of(word).lexemes[0] for word in ("leave", "pay"))

    weights = weights_of(words_of("Leave and pay: leave"))

    norm = 1.2 * (0.25 + 0.75 * 4 / 100)
    assert weights[twice] == pytest.approx(2 / (2 + norm))
    assert weights[once] == pytest.approx(1 / (1 + norm))


@pytest.mark.parametrize("text", ["L'élève TK-2041-B", "l eleve tk 2041 b"])
def test_other_spellings_make_no_text_longer(text: str) -> None:
    """The length is that of the words, whatever else they are kept as."""
    (lexeme,) = read_query("eleve", ["fra"]).words[0].same[:1]

    weight = weights_of(words_of(text, "fra"))[lexeme]

    assert weight == pytest.approx(1 / (1 + 1.2 * (0.25 + 0.75 * 5 / 100)))


def test_pairs_of_characters_are_shorter_than_words() -> None:
    """Chinese counts by overlapping pairs: five of them are about as long as two words."""
    (weight, *_) = words_of("汉语词典", "zho").weights

    assert weight == pytest.approx(1 / (1 + 1.2 * (0.25 + 0.75 * 3 * 0.4 / 100)))


def test_chunks_of_a_short_file_say_what_the_file_says() -> None:
    """A word of the other chunk is there, and weighs less than where it stands; chunks of a long file are by themselves."""
    (word,) = words_of("glacier").lexemes

    first, second = chunk_words(["The glacier melts.", "The volcano sleeps."], "eng", is_whole=True)
    alone = chunk_words(["The glacier melts.", "The volcano sleeps."], "eng")[1]

    assert weights_of(first)[word] > weights_of(second)[word] > 0
    assert word not in alone.weighed


def test_neighbours_weigh_and_find_nothing() -> None:
    """A chunk is found by its words. Pairs of them only weigh."""
    words = words_of("parental leave policy")

    assert (len(words.weights), len(words.lexemes)) == (5, 3)


def test_a_chunk_of_thousands_of_words_fits_into_a_row() -> None:
    """PostgreSQL's rows of a page hold some thousand weights. The words that occur most often stay, then the first ones."""
    text = " ".join(f"word{number}" for number in range(3_000))
    (first, often, late) = (int(words_of(word).lexemes[0]) for word in ("word0", "often", "word2999"))

    words = words_of(f"{text} often often")

    assert len(words.weights) == len(words.lexemes) == 900
    assert {first, often} <= {*words.lexemes.tolist()}
    assert late not in words.lexemes


def test_a_long_chunk_keeps_its_own_neighbours() -> None:
    """Where there are too many weights, the pairs of the file's other chunks are left out first."""
    texts = [" ".join(f"{word}{number}" for number in range(200)) for word in ("pump", "valve", "motor")]
    alone = words_of(texts[2])
    neighbours = {*alone.weighed.tolist()} - {*alone.lexemes.tolist()}

    *_, last = chunk_words(texts, "eng", is_whole=True)

    assert neighbours
    assert neighbours <= {*last.weighed.tolist()}
    assert len(last.weighed) == 900
