"""POST /v1/ingest: the JSON request, and the body that says what was stored."""

from collections.abc import Sequence
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from app.core.file_status import FileStatus
from app.wire.base import WireModel
from app.wire.footnote import StoreReference
from app.wire.vector_store_files import Attributes

Filename = Annotated[str, Field(min_length=1, max_length=255)]
Text = Annotated[str, Field(min_length=1)]


class IngestNotes(WireModel):
    """The notes on a file, in a form's fields or in JSON.

    If the file is in the store already, the given notes replace the earlier ones. Without `wait` the
    answer comes at once, and the files are read later. With `replace` each file replaces the store's files of
    the same name.
    """

    vector_store: StoreReference | None = None
    source: Annotated[str, Field(max_length=2_048)] | None = None
    metadata: dict[str, Any] | None = None
    attributes: Attributes | None = None
    wait: bool = True
    replace: bool = False


class IngestText(WireModel):
    """One text with notes of its own; what it leaves out is taken from the request."""

    text: Text
    filename: Filename | None = None
    source: Annotated[str, Field(max_length=2_048)] | None = None
    metadata: dict[str, Any] | None = None
    attributes: Attributes | None = None


class IngestRequest(IngestNotes):
    """JSON: one `text`, or `texts` of strings and objects; each becomes a file of its own."""

    text: Text | None = None
    texts: Annotated[list[Text | IngestText], Field(min_length=1, max_length=1_000)] | None = None
    filename: Filename | None = None

    @model_validator(mode="after")
    def _says_what(self) -> Self:
        if (self.text is None) == (self.texts is None):
            raise ValueError("give either text or texts")
        return self

    def items(self) -> list[IngestText]:
        """Return every text with its notes filled in."""
        given = self.texts if self.texts is not None else [self.text or ""]
        texts = [IngestText(text=item) if isinstance(item, str) else item for item in given]
        return [
            self._completed(text, number if len(texts) > 1 else None) for number, text in enumerate(texts, 1)
        ]

    def _completed(self, text: IngestText, number: int | None) -> IngestText:
        return IngestText(
            text=text.text,
            filename=text.filename or _numbered(self.filename or "text.txt", number),
            source=text.source or self.source,
            metadata=self.metadata if text.metadata is None else text.metadata,
            attributes=self.attributes if text.attributes is None else text.attributes,
        )


def ingest_body(store_id: str, files: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the answer to an ingest call: each file as a vector store file, and the sum of chunks."""
    return {
        "object": "footnote.ingest",
        "vector_store_id": store_id,
        "chunks": sum(file["chunks"] for file in files),
        "data": list(files),
    }


def replaced_fields(replaced_by: str | None) -> dict[str, Any]:
    """Return what an ingested file's entry says when it is not in the store any more, and which file is there instead."""
    return {"status": FileStatus.CANCELLED, "chunks": 0, "usage_bytes": 0, "replaced_by": replaced_by}


def _numbered(filename: str, number: int | None) -> str:
    if number is None:
        return filename
    stem, dot, suffix = filename.rpartition(".")
    return f"{stem}-{number}.{suffix}" if dot else f"{filename}-{number}"
