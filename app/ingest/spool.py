"""A file's chunks with their embeddings, on disk between the model and the transaction that stores them."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import orjson

from app.core.lexemes import ChunkWords
from app.core.types import EmbeddingSpace
from app.db.chunks import NewChunk


class ChunkSpool:
    """Chunks in order, written in groups and read back one by one: a group is in memory at a time.

    `warnings` are what the reader of the file has to say of it, `language` is what its words were read in.
    """

    def __init__(
        self, path: Path, space: EmbeddingSpace, *, language: str, warnings: Sequence[str] = ()
    ) -> None:
        self._path = path
        self.space = space
        self.language = language
        self.warnings = warnings
        self.count = 0
        self.usage_bytes = 0

    def append(self, chunks: Sequence[NewChunk]) -> None:
        """Write a group of chunks behind those before."""
        embeddings = np.stack([chunk.embedding for chunk in chunks]).astype(np.float16)
        notes = [
            (
                *(
                    chunk.content,
                    chunk.sha256.hex(),
                    chunk.char_start,
                    chunk.char_end,
                    chunk.page,
                    chunk.page_end,
                    chunk.heading,
                    chunk.table_header,
                ),
                *(list(chunk.words.weights), list(chunk.words.weights.values()), chunk.words.indexed),
            )
            for chunk in chunks
        ]
        with self._path.open("ab") as file:
            np.save(file, embeddings)
            file.write(orjson.dumps(notes) + b"\n")
        self.count += len(chunks)
        self.usage_bytes += sum(len(chunk.content.encode()) for chunk in chunks)

    def __iter__(self) -> Iterator[NewChunk]:
        with self._path.open("rb") as file:
            read = 0
            while read < self.count:
                embeddings = np.load(file)
                notes = orjson.loads(file.readline())
                for note, embedding in zip(notes, embeddings, strict=True):
                    content, sha256, *place, header, lexemes, weights, indexed = note
                    start, end, page, page_end, heading = place
                    yield NewChunk(
                        content=content,
                        sha256=bytes.fromhex(sha256),
                        char_start=start,
                        char_end=end,
                        page=page,
                        page_end=page_end,
                        heading=heading,
                        table_header=header,
                        embedding=embedding,
                        words=ChunkWords(dict(zip(lexemes, weights, strict=True)), indexed),
                    )
                read += len(notes)
