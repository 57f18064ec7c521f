"""The list of models: each id in it works, whatever the stores are called."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import httpx
from sqlalchemy import text

from app.core.types import Caller
from app.db.announcements import STORES_CHANGED
from app.db.database import Database
from app.library.models import ModelLibrary
from app.providers.fallback.answerer import FallbackChat
from app.providers.fallback.embeddings import FallbackEmbeddings
from tests.factories import engine_of
from tests.serving import LiveServer


def test_every_listed_model_answers_from_its_own_store(live_server: LiveServer) -> None:
    """Names that hold an @, that two stores share, or that mean something else are listed by the store's id."""
    names = ("plain", "a@b", "twice", "twice", "none", "")
    for number, name in enumerate(names):
        made = httpx.post(f"{live_server.v1}/vector_stores", json={"name": name}).json()
        text = f"The code of store {number} is {number}{number}{number}."
        texts = {"text": text, "vector_store": made["id"]}
        httpx.post(f"{live_server.v1}/ingest", json=texts).raise_for_status()

    listed = [model["id"] for model in httpx.get(f"{live_server.v1}/models").json()["data"]]
    models = [model for model in listed if "@" in model and not model.endswith("@none")]
    answers = [ask(live_server, model) for model in models]

    assert len(set(models)) == len(names)
    assert [model for model in models if "@vs_" not in model] == [models[0].partition("@")[0] + "@plain"]
    assert sorted(answers) == [f"The code of store {n} is {n}{n}{n} [1]." for n in range(len(names))]


def test_none_is_listed_once_and_searches_nothing(live_server: LiveServer) -> None:
    """Clients' calls for titles and tags take it."""
    texts = {"text": "The code of the store is 111."}
    httpx.post(f"{live_server.v1}/ingest", json=texts).raise_for_status()

    listed = [model["id"] for model in httpx.get(f"{live_server.v1}/models").json()["data"]]
    (without,) = (model for model in listed if model.endswith("@none"))

    assert "111" not in ask(live_server, without)


def ask(server: LiveServer, model: str) -> str:
    body = {"model": model, "messages": [{"role": "user", "content": "What is the code of the store?"}]}
    answer = httpx.post(f"{server.v1}/chat/completions", json=body).raise_for_status().json()
    return str(answer["choices"][0]["message"]["content"])


INSERT = "insert into vector_stores (public_id, project_id, name) values ('vs_1', 'proj_default', 'first')"


def library_of(db: Database) -> ModelLibrary:
    return ModelLibrary(
        db, FallbackChat(model="gpt"), FallbackEmbeddings(), chat_model="gpt", embedding_model="embedding"
    )


@asynccontextmanager
async def listening(db: Database) -> AsyncIterator[tuple[ModelLibrary, asyncio.Event]]:
    """Yield a library of models that is told of changes, and what is set whenever it was."""
    library = library_of(db)
    told = asyncio.Event()

    async def hear(_: str) -> None:
        await library.forget_stores()
        told.set()

    hearing = asyncio.create_task(db.system("models").announcements.listen({STORES_CHANGED: hear}))
    try:
        await told.wait()
        yield library, told
    finally:
        hearing.cancel()
        with suppress(asyncio.CancelledError):
            await hearing


async def listed(library: ModelLibrary) -> list[str]:
    """Return the names of the stores in the list of models."""
    models = await library.list(Caller("proj_default"))
    return [model.partition("@")[2] for model in models if "@" in model and not model.endswith("@none")]


async def test_what_this_process_writes_is_listed_at_once(db: Database) -> None:
    """Nothing has to tell of it."""
    async with listening(db) as (library, _):
        for name in ("one", "two", "three"):
            async with db.project("proj_default").write() as tx:
                await tx.vector_stores.create(name=name)

            assert name in await listed(library)


async def test_what_others_write_is_told(db: Database) -> None:
    """A store that another process makes, renames or deletes."""
    async with listening(db) as (library, told):
        assert await listed(library) == []

        for statement, names in (
            (INSERT, ["first"]),
            ("update vector_stores set name = 'second'", ["second"]),
            ("delete from vector_stores", []),
        ):
            told.clear()
            async with engine_of(db).begin() as other:
                await other.execute(text(statement))
            await told.wait()

            assert await listed(library) == names


async def test_between_two_changes_the_stores_are_remembered(db: Database) -> None:
    """A process that is not told of a store lists it once it is."""
    library = library_of(db)
    assert await listed(library) == []
    async with engine_of(db).begin() as other:
        await other.execute(text(INSERT))

    assert await listed(library) == []
    await library.forget_stores()
    assert await listed(library) == ["first"]
