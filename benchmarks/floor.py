"""CPU milliseconds that a request costs the server, over those of a bare route: searches, chats, the list of models.

    python -m benchmarks.floor [--seconds 4] [--clients 8] [--rounds 2] [--only semantic] [--upstream]

The floor is a FastAPI route under the same uvicorn that runs one prepared statement by bare psycopg for ten chunks of
the same store, and writes them by orjson; for the list of models it is a route without a database. Both servers are
asked in turn by the same clients. CPU time is that of the server's process alone, without PostgreSQL and without the
clients. It is steadier than the clock where other programs run. Requests a second are printed, too. With --upstream chats
are answered by an upstream that answers at once, those of 41 chunks ("streamed") without a search.
"""

import argparse
import asyncio
import contextlib
import multiprocessing
import os
import statistics
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
import orjson
import psycopg
import uvicorn
from fastapi import FastAPI, Request, Response
from pgvector import HalfVector
from pgvector.psycopg import register_vector_async

from app.db.database import Database
from app.db.engine import DatabaseUrls
from app.models import VectorStore
from app.providers.fallback.embeddings import FallbackEmbeddings
from benchmarks.chat_proxy import chat_body, upstream
from benchmarks.prose import Prose
from benchmarks.rig import by_file, fill, make_store
from benchmarks.service import Running, await_port, free_port, running

_CHUNKS = 1_409
_DIMENSIONS = 1_536
_CHARACTERS = 700
_CONNECTIONS = 8
_STATEMENT = """
    select f.public_id, f.filename, c.ordinal, c.content, near.distance from (
        select vector_store_id, file_id, ordinal, embedding <=> %s::halfvec(1536) as distance from (
            select vector_store_id, file_id, ordinal, embedding from chunks where vector_store_id = %s
            order by bits <~> binary_quantize(%s::halfvec(1536)) limit 200
        ) closest order by 4 limit 10
    ) near
    join chunks c using (vector_store_id, file_id, ordinal) join files f on f.id = c.file_id
    order by near.distance
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a request cost: CPU milliseconds of the server's process, and how many there were a second."""

    milliseconds: float
    a_second: float


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, as clients send it to one of the servers."""

    method: str
    path: str
    bodies: tuple[bytes, ...] = (b"",)


def main() -> None:
    """Measure both servers in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--only", help="a part of the name of what to measure")
    parser.add_argument("--upstream", action="store_true")
    arguments = parser.parse_args()
    with contextlib.ExitStack() as stack:
        settings = {"EMBEDDING_DIMENSIONS": str(_DIMENSIONS), "EMBEDDING_PROVIDER": "fallback"}
        if arguments.upstream:
            settings["OPENAI_BASE_URL"] = stack.enter_context(upstream(free_port()))
        service = stack.enter_context(running(workers=0, **settings))
        store, prose = asyncio.run(filled(service))
        with _floor(service, store.id) as (floor, pid):
            for name, ours, bare in _pairs(store, prose, has_upstream=arguments.upstream):
                if arguments.only and arguments.only not in name:
                    continue
                costs = [
                    (
                        asyncio.run(cost(floor, pid, bare, arguments.seconds, arguments.clients)),
                        asyncio.run(
                            cost(service.v1, service.pid, ours, arguments.seconds, arguments.clients)
                        ),
                    )
                    for _ in range(arguments.rounds)
                ]
                _print(name, costs)


def _print(name: str, costs: list[tuple[Cost, Cost]]) -> None:
    bare = statistics.median(floor.milliseconds for floor, _ in costs)
    ours = statistics.median(cost.milliseconds for _, cost in costs)
    rates = [statistics.median(pair[side].a_second for pair in costs) for side in (1, 0)]
    print(
        f"{name}: cpu/floor={ours / bare:.2f} ({ours:.2f} / {bare:.2f} ms) "
        f"a second={rates[0]:.0f} (floor {rates[1]:.0f})",
        flush=True,
    )


def _pairs(store: VectorStore, prose: Prose, *, has_upstream: bool) -> Iterator[tuple[str, Asked, Asked]]:
    questions = prose.questions(50)
    path = f"vector_stores/{store.public_id}/search"
    floor = Asked("POST", "search", tuple(orjson.dumps({"query": question}) for question in questions))
    for mode in ("semantic", "hybrid"):
        yield mode, Asked("POST", path, search_bodies(questions, mode)), floor
    yield "models", Asked("GET", "models"), Asked("GET", "models")
    chats = tuple(
        orjson.dumps(
            {
                "model": "gpt-4o-mini",
                "messages": [{"role": "user", "content": question}],
                "footnote": {"vector_store_ids": [store.public_id]},
            }
        )
        for question in questions
    )
    yield "grounded", Asked("POST", "chat/completions", chats), floor
    if has_upstream:
        streamed = Asked("POST", "chat/completions", (orjson.dumps(chat_body(stream=True)),))
        yield "streamed", streamed, floor


def search_bodies(questions: Sequence[str], mode: str) -> tuple[bytes, ...]:
    """Return searches for questions."""
    return tuple(orjson.dumps({"query": q, "footnote": {"mode": mode}}) for q in questions)


async def filled(service: Running) -> tuple[VectorStore, Prose]:
    """Return a store of prose, embedded by the fallback, in the service's database."""
    prose = Prose()
    texts = prose.texts(_CHUNKS, characters=_CHARACTERS)
    vectors = (await FallbackEmbeddings(dimensions=_DIMENSIONS).embed(texts, purpose="document")).vectors
    address = service.database.replace("postgresql://", "postgresql+psycopg://")
    database = Database.connect(DatabaseUrls(address, address))
    try:
        store = await make_store(database, "floor", _DIMENSIONS)
        await fill(database, store, vectors, files=by_file(_CHUNKS, chunks=20), texts=texts)
    finally:
        await database.close()
    with psycopg.connect(service.database, autocommit=True) as connection:
        connection.execute("vacuum analyze")
    return store, prose


async def cost(base: str, pid: int, asked: Asked, seconds: float, clients: int) -> Cost:
    """Ask for some seconds with all clients at once, and return what a request cost."""
    headers = {"content-type": "application/json"}
    async with httpx.AsyncClient(base_url=base, timeout=30, headers=headers) as client:

        async def ask(until: float, first: int) -> int:
            done = 0
            while time.perf_counter() < until:
                body = asked.bodies[(first + done) % len(asked.bodies)]
                answer = await client.request(asked.method, asked.path, content=body)
                answer.raise_for_status()
                done += 1
            return done

        async def ask_all(length: float) -> int:
            until = time.perf_counter() + length
            return sum(await asyncio.gather(*(ask(until, 7 * place) for place in range(clients))))

        await ask_all(1.0)
        before, started = cpu_seconds(pid), time.perf_counter()
        done = await ask_all(seconds)
        return Cost(1_000 * (cpu_seconds(pid) - before) / done, done / (time.perf_counter() - started))


def cpu_seconds(pid: int) -> float:
    """Return the CPU time of a process so far, in user mode and in the kernel."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def _floor(service: Running, store_id: int) -> Iterator[tuple[str, int]]:
    """Serve the bare routes in a process of their own; yield their address and the process's id."""
    port = free_port()
    process = multiprocessing.get_context("spawn").Process(
        target=_serve, args=(port, service.database, store_id), daemon=True
    )
    process.start()
    await_port(port)
    assert process.pid is not None, "it was started"
    try:
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        process.terminate()
        process.join()


def _serve(port: int, database: str, store_id: int) -> None:
    uvicorn.run(
        _bare_app(database, store_id), port=port, log_config=None, access_log=False, server_header=False
    )


def _bare_app(database: str, store_id: int) -> FastAPI:
    """Return the least that could answer: no middleware, no checks, no records, one statement."""
    connections: asyncio.Queue[psycopg.AsyncConnection] = asyncio.Queue()
    vectors = asyncio.Queue[HalfVector]()

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        for _number in range(_CONNECTIONS):
            connection = await psycopg.AsyncConnection.connect(database, autocommit=True)
            await register_vector_async(connection)
            connections.put_nowait(connection)
        embeddings = FallbackEmbeddings(dimensions=_DIMENSIONS)
        embedded = await embeddings.embed(Prose(seed=8).questions(50), purpose="query")
        for vector in embedded.vectors:
            vectors.put_nowait(HalfVector(vector))
        yield

    app = FastAPI(lifespan=lifespan)

    @app.post("/search")
    async def search(request: Request) -> Response:
        query = orjson.loads(await request.body())["query"]
        vector = vectors.get_nowait()
        vectors.put_nowait(vector)
        connection = await connections.get()
        try:
            cursor = await connection.execute(
                _STATEMENT, (vector, store_id, vector), prepare=True, binary=True
            )
            rows = await cursor.fetchall()
        finally:
            connections.put_nowait(connection)
        found = [
            {"file_id": file_id, "filename": name, "score": 1 - distance, "content": [{"text": content}]}
            for file_id, name, _ordinal, content, distance in rows
        ]
        return Response(orjson.dumps({"search_query": query, "data": found}), media_type="application/json")

    @app.get("/models")
    async def models() -> Response:
        body = {"object": "list", "data": [{"id": "gpt-4o-mini", "object": "model"}]}
        return Response(orjson.dumps(body), media_type="application/json")

    return app


if __name__ == "__main__":
    main()
