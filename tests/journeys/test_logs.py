"""What is asked and what is stored stays out of all logs, whatever fails."""

from pathlib import Path

import httpx
import psycopg

from app.postgres.embedded import start_embedded
from tests.conftest import conninfo
from tests.processes import end_server, start_server, wait_until

# It is in every name, text and question.
SENTINEL = "zanzibarquokka"
# Each breaks what another route does, and lets PostgreSQL or its driver quote what it was given.
BREAKAGES = (
    *(
        f"alter table {table} add constraint broken check (false) not valid"
        for table in ("files", "vector_stores")
    ),
    *(
        f"alter table {table} add constraint broken check (false) not valid"
        for table in ("responses", "retrievals")
    ),
    "alter table conversations add constraint broken check (false) not valid",
    "alter table chunks rename column content to broken",
    "alter table files rename column filename to broken",
)
ROUTES = (
    ("/v1/ingest", {"text": f"A text of {SENTINEL}.", "filename": f"{SENTINEL}.txt", "metadata": {"a": SENTINEL}}),
    ("/v1/vector_stores", {"name": SENTINEL, "metadata": {"a": SENTINEL}}),
    ("/v1/chat/completions", {"model": "gpt-4o", "messages": [{"role": "user", "content": f"What is {SENTINEL}?"}]}),
    ("/v1/responses", {"model": "gpt-4o", "input": f"What is {SENTINEL}?"}),
    ("/v1/conversations", {"metadata": {"a": SENTINEL}, "items": [{"role": "user", "content": SENTINEL}]}),
    ("/v1/vector_stores/default/search", {"query": SENTINEL}),
)  # fmt: skip


def test_no_failure_writes_contents_into_a_log(tmp_path: Path, free_port: int) -> None:
    """The schema is broken under the running server, more each time; all logs are at their most talkative."""
    data_dir, log_path = tmp_path / "data", tmp_path / "server.log"
    with log_path.open("wb") as log:
        process = start_server(free_port, log=log.fileno(), DATA_DIR=str(data_dir), LOG_LEVEL="debug")
        statuses = []
        with (
            start_embedded(data_dir) as held,
            psycopg.connect(conninfo(held.url), autocommit=True) as connection,
            httpx.Client(base_url=f"http://127.0.0.1:{free_port}", timeout=120) as client,
        ):
            working = [client.post(path, json=body).status_code for path, body in ROUTES]
            connection.execute("alter table chunks add constraint broken check (false) not valid")
            client.post(
                "/v1/ingest", json=ROUTES[0][1] | {"text": f"Another text of {SENTINEL}.", "wait": False}
            )
            assert wait_until(lambda: "job_failed" in log_path.read_text())
            for breakage in BREAKAGES:
                connection.execute(breakage)
                statuses += [client.post(path, json=body).status_code for path, body in ROUTES]
            uploaded = client.post(
                "/v1/files", files={"file": (f"{SENTINEL}.txt", SENTINEL)}, data={"purpose": "assistants"}
            )
        end_server(process)
    logs = {
        path.name: path.read_text() for path in (log_path, data_dir / "postgres.log", data_dir / "keeper.log")
    }

    assert working[0] == 200
    assert statuses.count(500) >= 5
    assert uploaded.status_code == 500
    assert "Traceback" in logs["server.log"]
    assert "ERROR" in logs["postgres.log"]
    for name, text in logs.items():
        assert [line[:300] for line in text.splitlines() if SENTINEL in line.casefold()] == [], name
