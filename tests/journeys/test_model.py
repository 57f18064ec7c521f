"""Files and stores against a model of two dictionaries: whatever is done in whichever order, both say the same."""

import time
from typing import Any

import httpx
import hypothesis
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tests.serving import LiveServer

# A longer run is a matter of these two numbers.
EXAMPLES = 6
STEPS = 15
LONGEST_READ_SECONDS = 30


class Shelves(RuleBasedStateMachine):
    """`words` has each file's one word, `members` the files of each store."""

    files = Bundle("files")
    stores = Bundle("stores")

    def __init__(self, url: str) -> None:
        super().__init__()
        self.client = httpx.Client(base_url=f"{url}/v1", timeout=60)
        self.words: dict[str, str] = {}
        self.members: dict[str, set[str]] = {}
        self.number = 0

    @rule(target=files)
    def upload(self) -> str:
        self.number += 1
        word = f"word{'abcdefghij'[self.number % 10]}{self.number}"
        sent = {"file": (f"{word}.txt", f"This text says {word}.".encode())}
        made: str = self.done("POST", "/files", files=sent, data={"purpose": "assistants"})["id"]
        self.words[made] = word
        return made

    @rule(target=stores)
    def make_store(self) -> str:
        made: str = self.done("POST", "/vector_stores", json={})["id"]
        self.members[made] = set()
        return made

    @rule(file=files, store=stores)
    def attach(self, file: str, store: str) -> None:
        self.done("POST", f"/vector_stores/{store}/files", json={"file_id": file})
        self.members[store].add(file)
        deadline = time.monotonic() + LONGEST_READ_SECONDS
        while self.done("GET", f"/vector_stores/{store}/files/{file}")["status"] == "in_progress":
            assert time.monotonic() < deadline, "the file was not read"
            time.sleep(0.02)

    @rule(file=files, store=stores)
    def detach(self, file: str, store: str) -> None:
        answer = self.client.delete(f"/vector_stores/{store}/files/{file}")
        assert answer.status_code == (200 if file in self.members[store] else 404)
        self.members[store].discard(file)

    @rule(file=consumes(files))
    def delete_file(self, file: str) -> None:
        self.done("DELETE", f"/files/{file}")
        del self.words[file]
        for members in self.members.values():
            members.discard(file)
        assert self.client.get(f"/files/{file}").status_code == 404

    @rule(store=consumes(stores))
    def delete_store(self, store: str) -> None:
        self.done("DELETE", f"/vector_stores/{store}")
        del self.members[store]
        assert self.client.post(f"/vector_stores/{store}/search", json={"query": "text"}).status_code == 404

    @rule(file=files, store=stores)
    def search(self, file: str, store: str) -> None:
        """A file's word is found where the file is, and nowhere else."""
        asked = {"query": self.words[file], "footnote": {"mode": "lexical"}}
        found = {
            each["file_id"]
            for each in self.done("POST", f"/vector_stores/{store}/search", json=asked)["data"]
        }
        assert found == ({file} & self.members[store])

    @invariant()
    def lists_agree(self) -> None:
        assert {each["id"] for each in self.done("GET", "/files")["data"]} == set(self.words)
        for store, members in self.members.items():
            listed = self.done("GET", f"/vector_stores/{store}/files")["data"]
            counts = self.done("GET", f"/vector_stores/{store}")["file_counts"]
            assert {each["id"] for each in listed} == members
            assert (counts["completed"], counts["total"]) == (len(members), len(members))

    def done(self, method: str, path: str, **sent: Any) -> dict[str, Any]:
        answer = self.client.request(method, path, **sent)
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    def teardown(self) -> None:
        """The next example begins with empty shelves."""
        for store in self.members:
            self.client.delete(f"/vector_stores/{store}")
        for file in self.words:
            self.client.delete(f"/files/{file}")
        self.client.close()


def test_the_shelves_are_as_the_model_says(live_server: LiveServer) -> None:
    """Uploads, attachments, detachments, deletions and searches in any order."""
    short = hypothesis.settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(hypothesis.HealthCheck),
    )

    class Here(Shelves):
        def __init__(self) -> None:
            super().__init__(live_server.url)

    run_state_machine_as_test(Here, settings=short)
