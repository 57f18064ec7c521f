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
