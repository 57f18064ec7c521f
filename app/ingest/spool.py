"""A file's chunks with their embeddings, between the model and the transaction that stores them: on disk unless they are few."""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from app.core.chunk_words import ChunkWords
from app.core.types import EmbeddingSpace
from app.db.chunks import NewChunk
from app.db.jobs import Held

# The columns that JSON can carry unchanged.
_PLAIN = tuple({field.name for field in fields(NewChunk)} - {"sha256", "embedding", "words"})


class ChunkSpool:
    """Chunks in order, written in groups and read back one by one: a group is in memory at a time, and the chunks of a file that has only one.

    What is whole needs no `path`. `warnings` are what the reader of the file has to say of it, `language` is what its words were read in.
    """

    def __init__(
        self, path: Path | None, space: EmbeddingSpace, *, language: str, warnings: Sequence[str] = ()
    ) -> None:
        self._path = path
        self.space = space
        self.language = language
        self.warnings = warnings
        self.count = 0
        self.usage_bytes = 0
        self._whole: Sequence[NewChunk] = ()

    @property
    def held(self) -> Held:
        """What is noted of the file."""
        return Held(self.count, self.usage_bytes, self.language, tuple(self.warnings))

    def append(self, chunks: Sequence[NewChunk], *, is_whole: bool = False) -> None:
        """Append a group of chunks; `is_whole` says that it is the only one."""
        self.count += len(chunks)
        self.usage_bytes += sum(len(chunk.content.encode()) for chunk in chunks)
        if is_whole:
            self._whole = chunks
            return
        embeddings = np.stack([chunk.embedding for chunk in chunks]).astype(np.float16)
        notes = [_noted(chunk) for chunk in chunks]
        assert self._path is not None, "there is more than a group"
        with self._path.open("ab") as file:
            np.save(file, embeddings)
            file.write(orjson.dumps(notes) + b"\n")

    def __iter__(self) -> Iterator[NewChunk]:
        return iter(self._whole) if self._whole else self._written()

    def _written(self) -> Iterator[NewChunk]:
        if not self.count:
            return
        assert self._path is not None, "there is more than a group"
        with self._path.open("rb") as file:
            read = 0
            while read < self.count:
                embeddings = np.load(file)
                notes = orjson.loads(file.readline())
                for note, embedding in zip(notes, embeddings, strict=True):
                    yield _read(note, embedding)
                read += len(notes)


def _noted(chunk: NewChunk) -> dict[str, Any]:
    """Return all fields of a chunk except its embedding, ready for JSON."""
    words = chunk.words
    return {name: getattr(chunk, name) for name in _PLAIN} | {
        "sha256": chunk.sha256.hex(),
        "words": (words.lexemes.tolist(), words.weighed.tolist(), words.weights.tolist()),
    }


def _read(note: dict[str, Any], embedding: NDArray[np.float32]) -> NewChunk:
    lexemes, weighed, weights = note.pop("words")
    return NewChunk(
        sha256=bytes.fromhex(note.pop("sha256")),
        embedding=embedding,
        words=ChunkWords(
            np.array(lexemes, np.int64), np.array(weighed, np.int64), np.array(weights, np.float32)
        ),
        **note,
    )
