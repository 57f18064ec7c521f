"""Search over chunks: the candidates of both legs with their scores, the texts of those that were chosen, and their space."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.core import ids
from app.core.errors import Conflict, Overloaded
from app.core.text import shown_text
from app.core.types import EmbeddingSpace, Json
from app.db.candidates import SearchSpec, candidate_parameters, candidate_statement


class Embedded(Protocol):
    """What is asked of a store here."""

    @property
    def name(self) -> str: ...

    @property
    def public_id(self) -> str: ...

    @property
    def embedding_model(self) -> str | None: ...

    @property
    def dimensions(self) -> int | None: ...


def space_of(store: Embedded) -> EmbeddingSpace | None:
    """Return the space of a store's chunks, None before its first."""
    if store.embedding_model is None or store.dimensions is None:
        return None
    return EmbeddingSpace(store.embedding_model, store.dimensions)


def mismatch(store: Embedded) -> Conflict:
    """Return the error for a store whose model does not serve here."""
    return Conflict(
        f"The vector store '{store.name or store.public_id}' is embedded with {store.embedding_model} "
        f"({store.dimensions} dimensions), which this server's provider does not serve. Bring it to the model that "
        "does with `footnote reembed`, or set DEV_FALLBACKS and EMBEDDING_BASE_URL back to what they were.",
        code="embedding_model_mismatch",
    )


def moved() -> Overloaded:
    """Return the error for a file that was embedded in the space that its store has left meanwhile."""
    return Overloaded("The store's embedding model has changed while the file was read.")


# Default costs make the planner scan the table where the index is ten times faster; a generic plan cannot use
# a partial index at all. For the select list that opens a transaction.
PLANNER_SETTINGS = """
    set_config('random_page_cost', '1.1', true), set_config('plan_cache_mode', 'force_custom_plan', true),
    set_config('ivfflat.iterative_scan', 'relaxed_order', true)"""
_PROBES = text("select set_config('ivfflat.probes', :probes, true)")
# The limit has each chunk read by its key. While a table grows, PostgreSQL takes it for small and would read all of it.
TEXTS = text("""
    select wanted.vector_store_id, wanted.file_id, wanted.ordinal, of_one.*
    from unnest(cast(:stores as bigint[]), cast(:files as bigint[]), cast(:ordinals as bigint[]))
        with ordinality as wanted (vector_store_id, file_id, ordinal, place)
    cross join lateral (
        select f.public_id, f.filename, case when place <= :texts then c.content end as content, c.char_start, c.char_end,
               c.page, coalesce(c.page_end, c.page) as page_end, c.heading, c.table_header, m.source,
               case when place <= :texts then m.attributes end as attributes,
               case when place <= :texts then m.metadata end as notes
        from chunks c
        join vector_store_files m on m.vector_store_id = wanted.vector_store_id and m.file_id = wanted.file_id
        join files f on f.id = wanted.file_id
        where c.vector_store_id = wanted.vector_store_id and c.file_id = wanted.file_id and c.ordinal = wanted.ordinal
          and c.project_id = :project_id
        limit 1
    ) of_one
""")

ChunkKey = tuple[int, int, int]


class Candidate(NamedTuple):
    """A chunk that a leg found (a tuple, because a search makes two hundred), with the scores of both, None for a leg that was not asked.

    `cosine` is the cosine similarity to the query, -1..1; `lexical` is BM25's sum, 0 and up.
    """

    key: ChunkKey
    cosine: float | None = None
    lexical: float | None = None


class Candidates(NamedTuple):
    """The candidates of a search, each chunk once: all of them, or the best, best first, and the scores of the others.

    The others' scores are those that count: 0.0 where a leg says nothing.
    """

    best: Sequence[Candidate]
    other_cosines: Sequence[float] = ()
    other_lexicals: Sequence[float] = ()


class FoundChunk(NamedTuple):
    """A chunk's text and where it stands; `page_end` is `page` unless the chunk crosses pages.

    `table_header` is the header of the table that it begins in the middle of.
    """

    key: ChunkKey
    chunk_id: str
    file_id: str
    filename: str
    content: str
    char_start: int
    char_end: int
    page: int | None
    heading: str | None
    source: str | None
    attributes: Json = MappingProxyType({})
    metadata: Json = MappingProxyType({})
    page_end: int | None = None
    table_header: str | None = None

    @property
    def shown_text(self) -> str:
        """The content as people and models see it: under the header of its table."""
        return shown_text(self.table_header, self.content)


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was fetched: texts of the first keys, public ids and file names of all.

    `neighbours` are the keys whose texts were asked for beside; there may be no such chunks.
    """

    chunks: Mapping[ChunkKey, FoundChunk]
    chunk_ids: Mapping[ChunkKey, str]
    filenames: Mapping[ChunkKey, str]
    neighbours: frozenset[ChunkKey] = frozenset()


class ChunkSearch:
    """Searches one project's chunks, or those of all projects when index care measures."""

    def __init__(self, connection: AsyncConnection, project_id: str | None) -> None:
        self._connection = connection
        self._project_id = project_id

    async def find_candidates(self, spec: SearchSpec) -> list[Candidate]:
        """Return the candidates of the spec's legs, each chunk once, in no order."""
        await self._set_probes(spec)
        statement = candidate_statement(spec, self._project_id)
        return candidates_of(await self._connection.execute(statement, candidate_parameters(spec)))

    async def fetch(self, keys: Sequence[ChunkKey], *, texts: int | None = None) -> Fetched:
        """Return the chunks of these keys. With a limit, only that many of them come with their texts."""
        wanted = wanted_texts(keys, texts=texts) | {"project_id": self._project_id}
        return fetched_of((await self._connection.execute(TEXTS, wanted)).all())

    async def explain(self, spec: SearchSpec) -> str:
        """Return PostgreSQL's plan for the search."""
        await self._set_probes(spec)
        statement = candidate_statement(spec, self._project_id)
        compiled = statement.compile(self._connection.sync_engine)
        parameters = compiled.construct_params(candidate_parameters(spec))
        rows = await self._connection.exec_driver_sql(f"explain {compiled.string}", parameters)
        return "\n".join(row[0] for row in rows)

    async def _set_probes(self, spec: SearchSpec) -> None:
        if spec.semantic is not None and spec.semantic.route == "ivfflat":
            await self._connection.execute(_PROBES, {"probes": str(spec.semantic.probes)})


def wanted_texts(keys: Sequence[ChunkKey], *, texts: int | None) -> dict[str, object]:
    """Return what TEXTS takes for these keys."""
    # Sent as text, because psycopg inspects each number of a list.
    stores, files, ordinals = (f"{{{','.join(str(key[part]) for key in keys)}}}" for part in range(3))
    text_count = len(keys) if texts is None else texts
    return {"stores": stores, "files": files, "ordinals": ordinals, "texts": text_count}


def candidates_of(rows: Iterable[Any]) -> list[Candidate]:
    """Return rows of a search as candidates: each begins with the key, the distance and the product."""
    return [Candidate(row[:3], _cosine(row[3]), _lexical(row[4])) for row in rows]


def _cosine(distance: float | None) -> float | None:
    return None if distance is None else 1.0 - distance


def _lexical(product: float | None) -> float | None:
    # PostgreSQL has only the negative product, of which 0 is -0.
    return None if product is None else -product if product < 0 else 0.0


def fetched_of(rows: Iterable[Any], *, at: int = 3) -> Fetched:
    """Return rows of TEXTS: the texts that came, and what is known of all the chunks. It stands behind the key, or `at` a column."""
    chunks: dict[ChunkKey, FoundChunk] = {}
    chunk_ids: dict[ChunkKey, str] = {}
    filenames: dict[ChunkKey, str] = {}
    for row in rows:
        key = row[:3]
        file_id, filename, content = row[at : at + 3]
        chunk_ids[key] = chunk_id = ids.chunk_id(file_id, key[2])
        filenames[key] = filename
        if content is not None:
            start, end, page, page_end, heading, header, source, attributes, notes = row[at + 3 : at + 12]
            chunks[key] = FoundChunk(
                key, chunk_id, file_id, filename, content, start, end, page, heading, source, attributes, notes,
                page_end, header,
            )  # fmt: skip
    return Fetched(chunks, chunk_ids, filenames)


def found_of(rows: Sequence[Any], *, beside: int) -> tuple[Candidates, Fetched]:
    """Return rows of a search with texts (see `found_texts`): candidates, and what is known of them and the chunks beside the best."""
    chunks = [row for row in rows if row[0] is not None]
    best = candidates_of([row for row in chunks if row[5] is not None])
    fetched = fetched_of(chunks, at=6)
    if beside:
        keys = [candidate.key for candidate in best[:beside]]
        near = frozenset((store, file, ordinal + step) for store, file, ordinal in keys for step in (-1, 1))
        fetched = replace(fetched, neighbours=near)
    return Candidates(best, *_scores_of_others(rows[len(chunks) :])), fetched


def _scores_of_others(rows: Sequence[Any]) -> tuple[list[float], list[float]]:
    """Return the scores in the row that has no key, if there is one and there are other candidates."""
    distances, products = rows[0][-2:] if rows else (None, None)
    cosines = [_cosine(distance) or 0.0 for distance in distances or ()]
    return cosines, [_lexical(product) or 0.0 for product in products or ()]
