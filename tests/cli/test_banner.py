"""The banner: an address that opens, who answers, where the data lies without secrets, and a next step."""

from typing import Any

import pytest

from app.cli.banner import await_readiness, banner, page_address
from app.settings import Settings
from tests.serving import LiveServer

READY = {
    "status": "ready",
    "provider": {"chat": "fallback", "embeddings": "fallback"},
    "auth_required": False,
    "reasons": [],
    "warnings": [],
}


def make(**values: Any) -> Settings:
    return Settings(_env_file=None, **values)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::1", "http://[::1]:8000"),
        ("docs.example", "http://docs.example:8000"),
    ],
)
def test_the_address_opens_on_this_machine(host: str, address: str) -> None:
    """A server that listens everywhere is here, too."""
    assert page_address(make(host=host)) == address


def test_a_server_says_what_it_is(live_server: LiveServer) -> None:
    """Asked as soon as it answers."""
    readiness = await_readiness(make(port=int(live_server.url.rpartition(":")[2])))

    assert readiness is not None
    assert READY.items() <= dict(readiness).items()


def test_without_a_model_it_says_how_to_set_one() -> None:
    """And that no key is needed, and where the documents are."""
    shown = banner(make(data_dir="/somewhere/data"), READY)
    with_fallbacks = banner(make(dev_fallbacks=True), READY)

    assert "no model: sentences quoted" in shown
    assert "set OPENAI_API_KEY" in shown
    assert "remove DEV_FALLBACKS and set OPENAI_API_KEY" in with_fallbacks
    assert "/somewhere/data" in shown
    assert "not needed on this machine" in shown
    assert "footnote ingest FOLDER" in shown
    assert 'footnote ask "…"' in shown
    assert 'footnote ask --url http://127.0.0.1:8001 "…"' in banner(make(port=8001), READY)


def test_with_a_model_and_a_server_no_secret_is_shown() -> None:
    """The model's name and both hosts are enough."""
    settings = make(
        openai_api_key="sk-secret",
        openai_base_url="https://models.example/v1",
        database_url="postgresql://user:s3cret@db.example:5432/docs",
    )
    providers = {"chat": "openai", "embeddings": "openai"}

    shown = banner(settings, READY | {"provider": providers, "auth_required": True})

    assert f"{settings.chat_model} at models.example" in shown
    assert "PostgreSQL at db.example, database docs" in shown
    assert "FOOTNOTE_API_KEY" in shown
    assert not [secret for secret in ("sk-secret", "s3cret", "user:") if secret in shown]


def test_what_keeps_it_from_answering_is_said() -> None:
    """First, before everything else."""
    shown = banner(make(), READY | {"status": "not_ready", "reasons": ["OPENAI_API_KEY is not set."]})

    assert shown.splitlines()[0].endswith("serves, but is not ready.")
    assert shown.splitlines()[1] == "  ! OPENAI_API_KEY is not set."
