"""Searching stores for queries: rewritten where that is asked for, searched, and recorded."""

from collections.abc import Sequence

from app.core.answers import Turn
from app.core.searches import SearchOptions
from app.core.types import Caller
from app.core.waiting import Gate
from app.retrieval.records import RetrievalLog
from app.retrieval.search import Retrieval, Retriever, SearchRequest
from app.searching.conversations import QueryRewriter


class StoreSearch:
    """Finds the chunks that answer queries."""

    def __init__(
        self, retriever: Retriever, records: RetrievalLog, rewriter: QueryRewriter, gate: Gate, *, model: str
    ) -> None:
        self._gate = gate
        self._retriever = retriever
        self._records = records
        self._rewriter = rewriter
        self._model = model

    async def search(self, caller: Caller, queries: Sequence[str], options: SearchOptions) -> Retrieval:
        """Return what the stores hold on the queries; it can be looked up by its id later.

        Raises what `Retriever.search` raises, and Overloaded when too many searches wait.
        """
        asked = tuple(queries)
        searched = (
            tuple([await self._rewritten(query) for query in asked]) if options.rewrite_query else asked
        )
        async with self._gate.place():
            found = await self._retriever.search(caller, SearchRequest(searched, options, asked=asked))
        await self._records.record(caller, found)
        return found

    async def _rewritten(self, query: str) -> str:
        return (await self._rewriter.rewrite([Turn("user", query)], model=self._model)).query
