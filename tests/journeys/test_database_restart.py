"""PostgreSQL restarts under a running server: its log has lines, and no traceback."""

import time
from pathlib import Path

import httpx

from tests.postgres_servers import serve_with_replicas
from tests.processes import end_server, start_server, wait_until

SECONDS_AWAY = 5.0


def test_a_restart_of_the_database_leaves_no_traceback(tmp_path: Path, free_port: int) -> None:
    """Whatever was under way: requests, the reading of files, usage, records, the pulse, the care of indexes."""
    url, log_path = f"http://127.0.0.1:{free_port}", tmp_path / "server.log"
    chat = {"model": "gpt-4o", "messages": [{"role": "user", "content": "How long is leave?"}]}
    with serve_with_replicas(0) as (database, _), log_path.open("wb") as log:
        process = start_server(free_port, log=log.fileno(), DATABASE_URL=database.url, LOG_LEVEL="info")
        with httpx.Client(base_url=url, timeout=120) as client:
            for number in range(20):
                body = {"text": f"Leave number {number} lasts nine months.", "filename": f"{number}.txt"}
                client.post("/v1/ingest", json=body | {"wait": False})
            client.post("/v1/chat/completions", json=chat)
            database.kill()
            away = client.post("/v1/chat/completions", json=chat).status_code
            time.sleep(SECONDS_AWAY)
            database.start()
            returned = wait_until(lambda: client.get("/readyz").status_code == 200, seconds=60)
            answered = client.post("/v1/chat/completions", json=chat).status_code
        end_server(process)
    said = log_path.read_text()

    assert (away, returned, answered) == (503, True, 200)
    assert "Traceback" not in said, said[said.index("Traceback") :][:3_000]
