"""Azure's "On Your Data" contract, which Azure has retired: `data_sources` in, `context` with its citations out."""

from collections.abc import Sequence
from typing import Annotated, Any

import orjson
from pydantic import Field

from app.core.permissions import SourceLinks
from app.core.types import Snippet
from app.wire.base import OpenWireModel


class DataSourceParameters(OpenWireModel):
    """Where the documents are: our store by its name or id. What only Azure's search knows is passed over."""

    index_name: Annotated[str, Field(min_length=1, max_length=256)] | None = None
    top_n_documents: Annotated[int, Field(ge=1, le=50)] | None = None


class DataSource(OpenWireModel):
    type: Annotated[str, Field(min_length=1, max_length=64)]
    parameters: DataSourceParameters = Field(default_factory=DataSourceParameters)


def context_body(snippets: Sequence[Snippet], queries: Sequence[str], links: SourceLinks) -> dict[str, Any]:
    """Return the `context` of a message: `[doc1]` in its text is the first of the citations."""
    citations = [
        {
            "content": snippet.text,
            "title": snippet.filename,
            "url": links.url(snippet.file_id, snippet.chunk_id, page=snippet.page),
            "filepath": snippet.filename,
            "chunk_id": snippet.chunk_id,
        }
        for snippet in snippets
    ]
    return {"citations": citations, "intent": orjson.dumps(list(queries)).decode()}
