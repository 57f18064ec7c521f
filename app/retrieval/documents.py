"""Questions about documents themselves: the list of a store's files, and passages spread over whole files."""

import datetime as dt
import time
from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches

from app.core import ids
from app.core.asked import find_named, fold, is_meant, joined_names, name_words, named_share, without_name
from app.core.listing import Listing, ListingQuery
from app.core.text import count_tokens
from app.core.types import Caller, SearchRoute, Snippet
from app.db.chunk_search import Candidate, FoundChunk
from app.db.database import Database
from app.db.listings import NamedFile
from app.db.project import ProjectReader
from app.retrieval.plan import SearchPlan, make_plan
from app.retrieval.ranking import Passage, Ranked, make_snippet
from app.retrieval.search import Retrieval, Retriever, SearchRequest
from app.retrieval.spread import spread
from app.retrieval.subject import Subject
from app.retrieval.subject_words import KINDS, PAGE_COUNTS

_MOST_FILES = 20
# A first guess. If the texts turn out to be longer, they are chosen again.
_CHARACTERS_A_TOKEN = 4
_SAFETY = 0.95
# A question means a file if it has so much of the name, and more than half of the question's words are the name's: all
# of them where it may be about something else, as "What is rule 77 about?" is not about rules.txt.
_LEAST_SHARE = 0.3
_HALF = 0.5
_ALL = 0.999
# "Summarise the staff rules" is about a store's only file; of a longer question it is not so clear.
_MOST_WORDS = 2
_DEFAULT_TOKENS = 4_000
# How alike a misspelt word of some letters is to the one that is meant.
_ALIKE = 0.8
_LEAST_CORRECTED = 5


class DocumentRetriever:
    """Finds what answers a question: passages that match it, or the documents themselves."""

    def __init__(self, database: Database, retriever: Retriever) -> None:
        self._database = database
        self._retriever = retriever

    async def retrieve(self, caller: Caller, request: SearchRequest, subject: Subject) -> Retrieval:
        """Return the snippets for a question about documents, and the list of files where it is about those.

        Raises what `Retriever.search` raises.
        """
        request = request.within(caller.reach)
        if subject.kind == "listing":
            return await self._listed(caller, request, subject)
        if subject.kind == "facts":
            return await self._facts(caller, request, subject)
        whole = await self._whole_files(caller, request, subject)
        if whole is None:
            return await self._retriever.search(caller, request)
        is_overview = subject.is_of_all and subject.listing.order is None
        return await self._with_listing(caller, whole, request, subject) if is_overview else whole

    async def _listed(self, caller: Caller, request: SearchRequest, subject: Subject) -> Retrieval:
        """Return a list of files, and the result of a search if the question may be about contents too."""
        if not subject.is_certain:
            found = await self._retriever.search(caller, request)
            return (
                found if found.route == "empty" else await self._with_listing(caller, found, request, subject)
            )
        async with self._database.of(caller).read() as snapshot:
            plan = await make_plan(snapshot, request.options.store_references, request.options.filters)
        found = _retrieval(request, plan, "listing" if plan.chunks else "empty")
        return await self._with_listing(caller, found, request, subject) if plan.chunks else found

    async def _facts(self, caller: Caller, request: SearchRequest, subject: Subject) -> Retrieval:
        """Return the entry of the file whose size or date a question asks for, or the result of a search if it names none."""
        async with self._database.of(caller).read() as snapshot:
            plan = await make_plan(snapshot, request.options.store_references, request.options.filters)
            files = await snapshot.listings.list_named(
                plan.store_ids, request.options.filters, _names_of(subject)
            )
            if not files and plan.files == 1 and _counts_pages(request, subject):
                files = await snapshot.listings.list_named(plan.store_ids, request.options.filters, ())
        chosen = _of_facts(files, request, subject)
        if not chosen:
            return await self._retriever.search(caller, request)
        named = replace(subject, listing=ListingQuery(named=tuple(chosen)))
        return await self._with_listing(caller, _retrieval(request, plan, "listing"), request, named)

    async def _with_listing(
        self, caller: Caller, retrieval: Retrieval, request: SearchRequest, subject: Subject
    ) -> Retrieval:
        started = time.perf_counter()
        async with self._database.of(caller).read() as snapshot:
            plan = await make_plan(snapshot, request.options.store_references, request.options.filters)
            listing: Listing = await snapshot.listings.list_files(
                plan.store_ids, request.options.filters, subject.listing, today=dt.datetime.now(dt.UTC).date()
            )
        timings = {**retrieval.timings, "listing": time.perf_counter() - started}
        return replace(retrieval, listing=listing, timings=timings)

    async def _whole_files(
        self, caller: Caller, request: SearchRequest, subject: Subject
    ) -> Retrieval | None:
        """Return passages spread over the files, or the page, that the question means, None when it means none."""
        started = time.perf_counter()
        async with self._database.of(caller).read() as snapshot:
            plan = await make_plan(snapshot, request.options.store_references, request.options.filters)
            files = await _meant(snapshot, plan, request, subject) if plan.chunks else []
            if not files:
                return None
            budget = request.max_tokens or _DEFAULT_TOKENS
            chunks = await _chunks_of(snapshot, files, max_tokens=budget, page=subject.page)
        if not chunks:
            return None
        return replace(
            _retrieval(request, plan, "spread"),
            snippets=tuple(_snippet(n, chunk) for n, chunk in enumerate(chunks, 1)),
            timings={"documents": time.perf_counter() - started},
            summarises=subject.page is None or _asks_for_all(subject, files),
        )


def _retrieval(request: SearchRequest, plan: SearchPlan, route: SearchRoute) -> Retrieval:
    return Retrieval(
        ids.make_retrieval_id(),
        request.queries,
        route,
        request.options.mode or "hybrid",
        asked=request.asked or request.queries,
        files_searched=plan.files,
        store_ids=tuple(store.public_id for store in plan.stores),
    )


async def _meant(
    snapshot: ProjectReader, plan: SearchPlan, request: SearchRequest, subject: Subject
) -> list[NamedFile]:
    files: list[NamedFile] = await snapshot.listings.list_named(
        plan.store_ids, request.options.filters, _names_of(subject)
    )
    if subject.is_of_all:
        return files[: plan.files == 1] if subject.kind == "page" else _of_all(files, subject)
    if chosen := _chosen(files, request, subject):
        return chosen
    is_short = subject.kind == "summary" and subject.is_certain and len(subject.words) <= _MOST_WORDS
    files = await snapshot.listings.list_named(plan.store_ids, request.options.filters, ())
    if (is_short or subject.kind == "page") and plan.files == 1:
        return files
    corrected = _corrected(subject, files)
    return _chosen(files, replace(request, asked=()), corrected) if corrected != subject else []


def _names_of(subject: Subject) -> list[str]:
    """Return the words by which files are looked up."""
    return [word for word in subject.words if len(word) > 1 and word not in KINDS] or list(subject.words)


def _of_facts(files: Sequence[NamedFile], request: SearchRequest, subject: Subject) -> list[str]:
    """Return the names of the files that a question about a file's facts means."""
    question = " ".join(request.asked or request.queries)
    names = list(dict.fromkeys(file.filename for file in files))
    named = find_named(question, names, certain=True)
    if not subject.is_certain:
        return [name for name in named if is_meant(name, fold(question))]
    if named or not _counts_pages(request, subject):
        return named
    # "How many pages has the handbook?" is about staff-handbook.pdf, and about the only file whatever it is called.
    near = [name for name in names if named_share(name, fold(question)) >= _HALF] or names
    return near if len(near) == 1 else []


def _counts_pages(request: SearchRequest, subject: Subject) -> bool:
    is_short = len(subject.words) <= _MOST_WORDS
    return is_short and PAGE_COUNTS.match(fold(" ".join(request.asked or request.queries))) is not None


def _chosen(files: Sequence[NamedFile], request: SearchRequest, subject: Subject) -> list[NamedFile]:
    """Return the files that a question names."""
    asked = request.queries if request.asked is None else request.asked
    question = f"{' '.join(asked)} {' '.join(subject.words)}"
    names = list(dict.fromkeys(file.filename for file in files))
    match subject.kind:
        case "comparison":
            chosen = _compared(names, question)
        case "page":
            folded = fold(question)
            named = find_named(question, names, certain=False)
            chosen = [name for name in named if named_share(name, folded) >= _HALF]
        case _:
            chosen = _summarised(names, question, subject)
    return [file for file in files if file.filename in chosen][:_MOST_FILES]


def _corrected(subject: Subject, files: Sequence[NamedFile]) -> Subject:
    """Return a question whose misspelt words are those of a file's name: polciy as policy."""
    known = {word for file in files for word in name_words(file.filename) if len(word) >= _LEAST_CORRECTED}
    words = (
        next(iter(get_close_matches(word, known, n=1, cutoff=_ALIKE)), word)
        if len(word) >= _LEAST_CORRECTED
        else word
        for word in subject.words
    )
    return replace(subject, words=tuple(words))


def _asks_for_all(subject: Subject, files: Sequence[NamedFile]) -> bool:
    """Whether a question about a page asks for no more than the page: all of its words name the file."""
    rest = " ".join(word for word in subject.words if word not in KINDS)
    return all(not without_name(rest, file.filename) for file in files)


def _of_all(files: Sequence[NamedFile], subject: Subject) -> list[NamedFile]:
    """Return the newest files, or the one that a question names by its age; for a comparison there must be two."""
    match subject.listing.order:
        case "newest":
            return list(files[:1])
        case "oldest":
            return list(files[::-1][subject.nth : subject.nth + 1])
        case _:
            return list(files[:_MOST_FILES]) if subject.kind == "summary" or len(files) > 1 else []


def _summarised(names: Sequence[str], question: str, subject: Subject) -> list[str]:
    folded = fold(question)
    least = _LEAST_SHARE if subject.is_certain else _HALF
    named = find_named(question, names, certain=False)
    return [name for name in named if named_share(name, folded) >= least and _is_covered(name, subject)]


def _compared(names: Sequence[str], question: str) -> list[str]:
    """Return the names of two files and more, else none."""
    whole = find_named(question, names, certain=True)
    folded = fold(question)
    named = whole if len(whole) > 1 else [name for name in names if named_share(name, folded) >= _HALF]
    return named if len(named) > 1 else []


def _is_covered(name: str, subject: Subject) -> bool:
    """Whether enough of the question's words are the name's."""
    words = [word for word in subject.words if word not in KINDS]
    said = " ".join((*name_words(name), *joined_names(name)))
    covered = sum(named_share(word, said) for word in words) / len(words) if words else 1.0
    return covered > _HALF if subject.is_certain else covered > _ALL


async def _chunks_of(
    snapshot: ProjectReader, files: Sequence[NamedFile], *, max_tokens: int, page: int | None
) -> list[FoundChunk]:
    """Return chunks spread over the files, or over a page of each, in their order, within the budget of tokens."""
    places = {file: await snapshot.listings.list_places(file, page=page) for file in files}
    characters = max_tokens * _CHARACTERS_A_TOKEN
    while True:
        chosen = spread(places, characters=characters)
        keys = [(file.store, file.file, place.ordinal) for file in files for place in chosen[file]]
        found = (await snapshot.chunk_search.fetch(keys)).chunks
        chunks = [found[key] for key in keys if key in found]
        tokens = sum(count_tokens(chunk.content) for chunk in chunks)
        if tokens <= max_tokens:
            return chunks
        if len(chunks) <= len(files):
            return chunks[: max(1, len(chunks) * max_tokens // tokens)]
        characters = int(characters * _SAFETY * max_tokens / tokens)


def _snippet(n: int, chunk: FoundChunk) -> Snippet:
    return make_snippet(n, Passage(Ranked(Candidate(chunk.key), 1.0), (chunk,)), chunk.content)
