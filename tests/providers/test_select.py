"""Who writes, who embeds and who re-ranks: three choices, each made from the settings."""

import ast
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from app.core.types import EmbeddingSpace
from app.providers.health import outages
from app.providers.openai.address import StreamLimits, UpstreamAddress
from app.providers.select import ProviderSettings, select_providers

APP = Path(__file__).parents[2] / "app"
NOWHERE = UpstreamAddress(None, None)
KEYED = UpstreamAddress(SecretStr("sk-x"), None)
LOCAL = UpstreamAddress(None, "http://localhost:11434/v1")


def settings(**said: Any) -> ProviderSettings:
    unset: dict[str, Any] = {
        "dev_fallbacks": None,
        "embedding_provider": None,
        "chat_model": "gpt-4o-mini",
        "embedding_space": EmbeddingSpace("text-embedding-3-small", 1536),
        "chat_address": NOWHERE,
        "embedding_address": NOWHERE,
        "rerank_address": NOWHERE,
        "rerank_model": None,
        "verifies_by_model": False,
        "verify_model": None,
        "verify_timeout_seconds": 5,
        "max_concurrency": 4,
        "stream_limits": StreamLimits(),
    }
    return ProviderSettings(**unset | said)


@pytest.mark.parametrize(
    ("said", "chat", "embeddings"),
    [
        ({}, "fallback", "fallback"),
        ({"chat_address": KEYED}, "openai", "openai"),
        ({"chat_address": LOCAL}, "openai", "openai"),
        ({"chat_address": KEYED, "dev_fallbacks": True}, "fallback", "fallback"),
        ({"embedding_address": KEYED, "dev_fallbacks": True}, "fallback", "fallback"),
        ({"dev_fallbacks": False}, "openai", "openai"),
        ({"embedding_address": LOCAL}, "fallback", "openai"),
        ({"chat_address": KEYED, "embedding_provider": "fallback"}, "openai", "fallback"),
        ({"dev_fallbacks": False, "embedding_provider": "fallback"}, "openai", "fallback"),
        ({"dev_fallbacks": True, "embedding_provider": "local"}, "fallback", "local"),
    ],
)
async def test_chat_and_embeddings_are_chosen_apart(said: dict[str, Any], chat: str, embeddings: str) -> None:
    """DEV_FALLBACKS decides about both; EMBEDDING_PROVIDER, or an address of their own, about embeddings."""
    providers = select_providers(settings(**said))

    assert providers.names == {"chat": chat, "embeddings": embeddings}
    assert providers.chat.follows_instructions is (chat == "openai")
    assert (providers.embeddings.fusion.method == "minmax") is (embeddings == "fallback")
    await providers.close()


@pytest.mark.parametrize("setting", ["EMBEDDING_BASE_URL", "OPENAI_BASE_URL"])
async def test_whoever_cannot_be_reached_is_named_by_its_own_setting(free_port: int, setting: str) -> None:
    """Embeddings without an address of their own are asked where chats are, whatever their key."""
    url = f"http://127.0.0.1:{free_port}/v1"
    own = url if setting == "EMBEDDING_BASE_URL" else None
    chat, key = UpstreamAddress(None, url), SecretStr("sk-x")
    embeddings = UpstreamAddress(key, own, url_setting="EMBEDDING_BASE_URL")
    providers = select_providers(settings(chat_address=chat, embedding_address=embeddings))

    found = await outages(providers)
    await providers.close()

    assert f"Check {setting} " in found["embeddings"]
    assert "Check OPENAI_BASE_URL " in found["chat"]


async def test_a_judge_is_there_when_it_is_asked_for() -> None:
    """It is a part like the others, and asks where chats are asked."""
    providers = select_providers(settings(chat_address=LOCAL, verifies_by_model=True))

    assert providers.names["verification"] == "upstream"
    await providers.close()


async def test_a_reranker_is_there_when_it_has_an_address() -> None:
    """It is a part like the others: it has a name, and it is closed with them."""
    providers = select_providers(settings(rerank_address=LOCAL, rerank_model="small"))

    assert providers.names["reranking"] == "upstream"
    await providers.close()


def test_the_choice_is_made_in_one_place() -> None:
    """No other file compares with the name of a provider."""
    comparing = {
        path.relative_to(APP).as_posix()
        for path in APP.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Compare | ast.MatchValue)
        and any(isinstance(part, ast.Constant) and part.value == "fallback" for part in ast.walk(node))
    }

    assert comparing == {"providers/select.py"}
