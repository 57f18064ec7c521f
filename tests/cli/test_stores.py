"""footnote stores: make, list, show, delete."""

import httpx

from tests.cli.test_remote import footnote
from tests.processes import wait_until
from tests.serving import LiveServer


def test_stores_are_made_listed_shown_and_deleted(live_server: LiveServer) -> None:
    """By name; a file that failed is shown with its reason."""
    made = footnote("stores", "mk", "handbook", url=live_server.url)
    store_id = made.stdout.strip()
    for name, content in (("a.txt", b"Leave lasts nine months."), ("broken.pdf", b"%PDF-1.4 broken")):
        files = {"file": (name, content)}
        file_id = httpx.post(f"{live_server.v1}/files", files=files, data={"purpose": "assistants"}).json()[
            "id"
        ]
        httpx.post(f"{live_server.v1}/vector_stores/{store_id}/files", json={"file_id": file_id})
    assert wait_until(
        lambda: "in_progress" not in footnote("stores", "show", store_id, url=live_server.url).stdout,
        seconds=120,
    )

    listed = footnote("stores", "ls", url=live_server.url)
    shown = footnote("stores", "show", "handbook", url=live_server.url)
    deleted = footnote("stores", "rm", "handbook", "-y", url=live_server.url)
    after = footnote("stores", "ls", url=live_server.url)

    assert store_id in listed.stdout
    assert "  completed" in shown.stdout
    assert "  failed  " in shown.stdout
    assert deleted.stdout == "deleted: handbook\n"
    assert "There is no vector store yet." in after.stdout
