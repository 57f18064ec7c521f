"""The fallback's embeddings: the same bytes everywhere, unit vectors of any text, near where words are shared."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import InvalidRequest
from app.core.rarity import read_ranks
from app.core.text import count_tokens
from app.providers.fallback.embeddings import MODEL, FallbackEmbeddings, embed_texts

# A change of these is a new recipe: it takes a new name of the model, or stored chunks are no longer found.
GOLDEN = {
    "Parental leave lasts nine months.": "d5b21da7d883d1bf",
    "Straßenbahnfahrkarten gelten 90 Minuten.": "b8a32f3dbf60213d",
    "产假为九个月。": "13196d00ad1e2038",
    "พนักงานต้องแจ้งล่วงหน้า": "be39bea928b4c3e5",
    "": "1a6e3f0ed57bfb38",
    "\ud800\x00!?": "6107117be54543e5",
}

PASSAGES = [
    "The heart pumps blood through the vessels; its left chamber is the stronger one.",
    "Photosynthesis turns light, water and carbon dioxide into sugar and oxygen.",
    "Interest rates were raised by the central bank to fight inflation.",
    "The lighthouse keeper climbed two hundred steps every evening to light the lamp.",
    "Sourdough rises slowly because wild yeast works together with bacteria.",
    "Der Bundestag wählt den Bundeskanzler ohne Aussprache auf Vorschlag des Bundespräsidenten.",
    "产假为九个月，员工需要提前一个月申请。",
    "火车票为二等座，出差时可以报销。",
    "พนักงานต้องแจ้งล่วงหน้าก่อนลาคลอด",
    "ตั๋วรถไฟชั้นสองสามารถเบิกได้",
]
QUESTIONS = [
    ("Which chamber of the heart is stronger?", 0),
    ("What do plants make from carbon dioxide?", 1),
    ("Why did the central bank raise interest?", 2),
    ("How many steps to the lamp of the lighthouse?", 3),
    ("Why does sourdough rise slowly?", 4),
    ("Wer wird vom Bundestag gewählt?", 5),
    ("产假有多长？", 6),
    ("火车票可以报销吗？", 7),
    ("ลาคลอดต้องแจ้งก่อนไหม", 8),
    ("ตั๋วรถไฟเบิกได้ไหม", 9),
]


def fingerprint(text: str) -> str:
    vector = embed_texts([text], dimensions=1536)[0]
    return hashlib.sha256(vector.astype("<f4").tobytes()).hexdigest()[:16]


@pytest.mark.parametrize("text", GOLDEN)
def test_the_recipe_is_frozen(text: str) -> None:
    """The bytes of a vector belong to the model's name."""
    assert MODEL == "footnote-hash-v1"

    assert fingerprint(text) == GOLDEN[text]


def test_another_process_gives_the_same_bytes() -> None:
    """Neither Python's hash seed nor what was embedded before changes a vector."""
    program = (
        "import sys; from app.providers.fallback.embeddings import embed_texts;"
        "sys.stdout.buffer.write(embed_texts(['leave 产假 ลา', ''], dimensions=300).tobytes())"
    )

    others = [
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]

    embed_texts(["something else before"], dimensions=300)
    here = embed_texts(["leave 产假 ลา", ""], dimensions=300).tobytes()
    assert others == [here, here]


def test_a_text_is_embedded_alike_alone_and_among_others() -> None:
    """Batches are a matter of speed only."""
    together = embed_texts(PASSAGES * 20, dimensions=256)

    alone = np.concatenate([embed_texts([text], dimensions=256) for text in PASSAGES])

    assert np.array_equal(together, np.tile(alone, (20, 1)))


@pytest.mark.parametrize(("question", "expected"), QUESTIONS)
def test_a_question_finds_its_own_passage(question: str, expected: int) -> None:
    """The nearest passage is the one that answers, in several languages."""
    passages = embed_texts(PASSAGES, dimensions=1536)

    scores = passages @ embed_texts([question], dimensions=1536)[0]

    assert int(np.argmax(scores)) == expected


def test_sign_bits_keep_the_order_of_cosines() -> None:
    """The rotation spreads few features over all bits: the bits alone find most passages, too."""
    passages = embed_texts(PASSAGES, dimensions=1536) > 0
    asked = embed_texts([question for question, _ in QUESTIONS], dimensions=1536) > 0

    nearest = [int(np.argmax((passages == bits).sum(axis=1))) for bits in asked]

    assert 0.45 < passages.mean() < 0.55
    assert sum(found == expected for found, (_, expected) in zip(nearest, QUESTIONS, strict=True)) >= 9


@given(text=st.text(), dimensions=st.integers(1, 70))
@settings(max_examples=150)
def test_any_text_has_a_unit_vector(text: str, dimensions: int) -> None:
    """Whatever the text and the space, all numbers are finite and the length is 1."""
    (vector,) = embed_texts([text], dimensions=dimensions)

    assert vector.dtype == np.float32
    assert vector.shape == (dimensions,)
    assert np.linalg.norm(vector.astype(np.float64)) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize(
    "text",
    ["", " ", "?!", "\x00", "\ud800", "\U0010ffff", "a" * 1_000_000, "产" * 300_000, "🙂\u0301" * 1000],
)
@pytest.mark.parametrize("dimensions", [1, 1535, 1536, 4096])
def test_odd_texts_have_unit_vectors(text: str, dimensions: int) -> None:
    """Lone surrogates, control characters, no words at all and a megabyte of one word are texts, too."""
    (vector,) = embed_texts([text], dimensions=dimensions)

    assert np.linalg.norm(vector.astype(np.float64)) == pytest.approx(1, abs=1e-6)


async def test_fewer_dimensions_are_the_first_ones_at_unit_length() -> None:
    """`dimensions` shortens as OpenAI does."""
    provider = FallbackEmbeddings(dimensions=512)

    whole = await provider.embed(["parental leave"], purpose="query")
    short = await provider.embed_as(["parental leave"], model="any", dimensions=64)

    first = whole.vectors[0, :64]
    assert short.vectors.shape == (1, 64)
    assert short.vectors[0] == pytest.approx(first / np.linalg.norm(first), abs=1e-6)


async def test_more_dimensions_than_there_are_is_an_invalid_request() -> None:
    """The error names the parameter."""
    provider = FallbackEmbeddings(dimensions=512)

    with pytest.raises(InvalidRequest) as raised:
        await provider.embed_as(["leave"], model="any", dimensions=513)

    assert raised.value.param == "dimensions"
    assert "512" in raised.value.message


async def test_token_numbers_are_embedded_as_the_text_they_are() -> None:
    """Clients may send cl100k tokens; they are counted as sent."""
    provider = FallbackEmbeddings()
    tokens = [15339, 1917]

    result = await provider.embed_as([tokens, "hello world"], model="any", dimensions=None)

    assert np.array_equal(result.vectors[0], result.vectors[1])
    assert result.prompt_tokens == len(tokens) + count_tokens("hello world")


async def test_nothing_to_embed_is_no_rows() -> None:
    """An empty list of texts gives an empty matrix."""
    result = await FallbackEmbeddings().embed_as([], model="any", dimensions=None)

    assert result.vectors.shape == (0, 1536)
    assert result.prompt_tokens == 0


def test_a_table_that_is_not_whole_is_refused(tmp_path: Path) -> None:
    """A missing or shortened table of word ranks would change every vector unseen."""
    cut = tmp_path / "wordrank.txt"
    cut.write_text("the die de\nto der la\n", encoding="utf-8")

    with pytest.raises(RuntimeError, match=r"wordrank\.txt"):
        read_ranks(cut)
    with pytest.raises(RuntimeError, match=r"wordrank\.txt"):
        read_ranks(tmp_path / "absent.txt")
    assert read_ranks()["the"] == 1


async def test_the_large_model_has_its_own_length() -> None:
    """Clients that name text-embedding-3-large expect 3,072 dimensions, or as many as they ask for."""
    provider = FallbackEmbeddings()

    whole = await provider.embed_as(["leave"], model="text-embedding-3-large", dimensions=None)
    short = await provider.embed_as(["leave"], model="text-embedding-3-large", dimensions=2_000)
    small = await provider.embed_as(["leave"], model="text-embedding-3-small", dimensions=None)

    assert [result.vectors.shape[1] for result in (whole, short, small)] == [3_072, 2_000, 1_536]
