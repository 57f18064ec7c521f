"""footnote ask and footnote search against a running server, and what they say without one."""

import json
import re

import httpx
import pytest

from tests.cli.test_remote import footnote
from tests.conftest import MakeServer
from tests.fake_upstream import FakeUpstream
from tests.serving import LiveServer


@pytest.fixture
def filled(live_server: LiveServer) -> LiveServer:
    """A server with two stores of one document each."""
    for store, text in (
        ("leave", "Parental leave lasts nine months."),
        ("menu", "The dish of the day is soup."),
    ):
        files = {"file": (f"{store}.txt", text.encode())}
        httpx.post(f"{live_server.v1}/ingest", files=files, data={"vector_store": store}).raise_for_status()
    return live_server


def test_an_answer_is_printed_with_its_sources(filled: LiveServer) -> None:
    """The text, then each footnote with its file and its verdict."""
    said = footnote("ask", "How long does parental leave last?", "--store", "leave", url=filled.url)

    assert (said.returncode, said.stderr) == (0, "")
    assert "Parental leave lasts nine months [1]." in said.stdout
    assert "[1] leave.txt  ✓ quoted" in said.stdout


def test_a_citation_that_is_not_borne_out_says_so(
    make_server: MakeServer, upstream: FakeUpstream, upstream_url: str
) -> None:
    """The reason goes with it; --quiet leaves the sources out."""
    upstream.answer = "Parental leave lasts eight months [1]."
    server = make_server(openai_api_key="sk-good", openai_base_url=upstream_url)
    files = {"file": ("leave.txt", b"Parental leave lasts nine months.")}
    httpx.post(f"{server.v1}/ingest", files=files).raise_for_status()

    said = footnote("ask", "How long is leave?", "--model", "gpt-4o-mini", url=server.url)
    quiet = footnote("ask", "How long is leave?", "--model", "gpt-4o-mini", "--quiet", url=server.url)

    assert "[1] leave.txt  ✗ not borne out (number differs)" in said.stdout
    assert quiet.stdout.strip() == "Parental leave lasts eight months [1]."


def test_json_is_the_servers_answer(filled: LiveServer) -> None:
    """For other programs."""
    answer = footnote("ask", "How long does parental leave last?", "-s", "leave", "--json", url=filled.url)
    found = footnote("search", "soup", "-s", "menu", "--json", url=filled.url)

    assert json.loads(answer.stdout)["choices"][0]["message"]["footnote"]["citations"]
    assert [hit["filename"] for hit in json.loads(found.stdout)["data"]] == ["menu.txt"]


def test_search_shows_passages_in_a_table(filled: LiveServer) -> None:
    """Rank, score, file and text; --quiet prints the files alone."""
    shown = footnote("search", "dish of the day", "--store", "menu", url=filled.url)
    quiet = footnote("search", "dish of the day", "--store", "menu", "-q", url=filled.url)

    assert re.search(r"1 │ \d\.\d\d +│ menu.txt +│ The dish of the day is soup\.", shown.stdout)
    assert quiet.stdout.split() == ["menu.txt"]


def test_an_unknown_store_is_a_sentence(filled: LiveServer) -> None:
    """And exit code 1."""
    said = footnote("search", "soup", "--store", "nope", url=filled.url)

    assert (said.returncode, "'nope' not found" in said.stderr) == (1, True)
    assert "stores ls` lists those that there are" in said.stderr


def test_without_documents_it_says_how_to_take_some_in(live_server: LiveServer) -> None:
    """No store, and a store without files; the answer itself stays alone on standard output."""
    footnote("stores", "mk", "menu", url=live_server.url)

    asked = footnote("ask", "How long is leave?", url=live_server.url)
    searched = footnote("search", "soup", "--store", "menu", url=live_server.url)

    assert "footnote ingest PATH` takes some in" in asked.stderr
    assert asked.stdout.startswith("No model is configured")
    assert "footnote ingest PATH --store menu` takes some in" in searched.stdout


def test_a_passage_is_shown_around_its_first_match(live_server: LiveServer) -> None:
    """Without the heading that its place names; lines run on, rows of tables do not."""
    text = f"# Menu\n\n{'Bread is baked at dawn every day. ' * 18}The soup\nis hot.\n\n| dish | cost |\n|---|---|\n| soup | 4 |"
    httpx.post(
        f"{live_server.v1}/ingest", json={"texts": [{"text": text, "filename": "menu.md"}]}
    ).raise_for_status()

    shown = footnote("search", "soup", url=live_server.url, COLUMNS="400").stdout

    assert "…" in shown
    assert "The soup is hot." in shown
    assert "# Menu" not in shown
    assert re.search(r"\| soup \| 4 \| +│", shown)


@pytest.mark.parametrize("command", ["ask", "search"])
def test_an_empty_question_is_refused(command: str) -> None:
    """Before a server is looked for: an unset variable of the shell is one."""
    said = footnote(command, " ", url="http://127.0.0.1:1")

    assert said.returncode == 2
    assert "It is empty." in said.stderr
