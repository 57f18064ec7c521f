"""Files by batch through two workers, against raw COPY BINARY of the same chunks and against one file at a time.

    python -m benchmarks.ingest_batch FOLDER [--files 2000]

FOLDER is a collection with a corpus.jsonl. The service embeds with the fallback, so the time is Footnote's own. Prints
one line: chunks a second by batch (from the attach call until all are completed) over those of COPY into the same
indexed table, and files a second by batch, uploads included, over those of a loop that uploads, attaches and polls.
"""

import argparse
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import openai
import psycopg
from pgvector.psycopg import register_vector

from benchmarks.service import running
from benchmarks.texts import distinct_documents

_LOOPED = 100
_COPY_BATCH = 256
_COLUMNS = (
    "vector_store_id, file_id, ordinal, project_id, content, content_sha256, char_start, char_end, page, "
    "heading, embedding"
)
_TYPES = ["int8", "int8", "int8", "varchar", "varchar", "bytea", "int8", "int8", "int8", "varchar", "halfvec"]


def main() -> None:
    """Run the measurement that the arguments describe."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, default=2_000)
    arguments = parser.parse_args()
    texts = list(distinct_documents(arguments.folder, arguments.files + _LOOPED))

    with running(workers=2) as service, openai.OpenAI(base_url=service.v1, api_key="any") as client:
        looped = _loop(client, texts[arguments.files :])
        upload_seconds, ingest_seconds, store = _batch(client, texts[: arguments.files])
        chunks, copy_seconds = _copy(service.database, store)

    by_batch, by_copy = chunks / ingest_seconds, chunks / copy_seconds
    files = arguments.files / (upload_seconds + ingest_seconds)
    print(
        f"files={arguments.files} chunks={chunks} batch/copy={by_batch / by_copy:.3f} "
        f"(chunks/s {by_batch:.0f} / {by_copy:.0f}) batch/loop={files / looped:.1f} "
        f"(files/s {files:.1f} / {looped:.1f})"
    )


def _loop(client: openai.OpenAI, texts: list[str]) -> float:
    """Return files a second, one after another."""
    store = client.vector_stores.create().id
    started = time.perf_counter()
    for number, text in enumerate(texts):
        file = (f"{number}.txt", text.encode())
        client.vector_stores.files.upload_and_poll(vector_store_id=store, file=file)
    return len(texts) / (time.perf_counter() - started)


def _batch(client: openai.OpenAI, texts: list[str]) -> tuple[float, float, str]:
    """Return the seconds of the uploads and of the ingest, and the store."""
    store = client.vector_stores.create().id

    def upload(entry: tuple[int, str]) -> str:
        number, text = entry
        return client.files.create(file=(f"{number}.txt", text.encode()), purpose="assistants").id

    started = time.perf_counter()
    with ThreadPoolExecutor(4) as pool:
        files = list(pool.map(upload, enumerate(texts)))
    attached = time.perf_counter()
    batch = client.vector_stores.file_batches.create_and_poll(store, file_ids=files)
    done = time.perf_counter()
    if batch.file_counts.completed != len(texts):
        raise RuntimeError(f"not all files were read: {batch.file_counts}")
    return attached - started, done - attached, store


def _copy(database: str, store: str) -> tuple[int, float]:
    """Copy the store's chunks into the same table for another store; return how many, and the seconds."""
    with psycopg.connect(database) as connection:
        register_vector(connection)
        rows = connection.execute(
            f"select {_COLUMNS} from chunks where vector_store_id = (select id from vector_stores "
            "where public_id = %s) order by file_id, ordinal",
            (store,),
            binary=True,
        ).fetchall()
        copy_store = _empty_copy(connection, store)
        started = time.perf_counter()
        for first in range(0, len(rows), _COPY_BATCH):
            with (
                connection.cursor() as cursor,
                cursor.copy(f"copy chunks ({_COLUMNS}) from stdin (format binary)") as copy,
            ):
                copy.set_types(_TYPES)
                for row in rows[first : first + _COPY_BATCH]:
                    copy.write_row((copy_store, *row[1:]))
            connection.commit()
        return len(rows), time.perf_counter() - started


def _empty_copy(connection: "psycopg.Connection[tuple[Any, ...]]", store: str) -> int:
    """Make a store with the same memberships and no chunks."""
    row = connection.execute(
        "insert into vector_stores (public_id, project_id) values ('vs_copy', 'proj_default') returning id"
    ).fetchone()
    assert row is not None, "an insert returns its row"
    connection.execute(
        "insert into vector_store_files (vector_store_id, file_id, project_id, status, chunking) "
        "select %s, m.file_id, m.project_id, 'completed', m.chunking from vector_store_files m "
        "join vector_stores s on s.id = m.vector_store_id where s.public_id = %s",
        (row[0], store),
    )
    connection.commit()
    return int(row[0])


if __name__ == "__main__":
    main()
