"""Logs as events with fields: text on a terminal, JSON elsewhere, secrets removed."""

import logging
import re
import sys
from typing import Literal

import orjson
import stamina.instrumentation
import structlog
from stamina.instrumentation import RetryDetails
from structlog.typing import EventDict, WrappedLogger

log = structlog.get_logger()

_SECRET = re.compile(r"\b(?:sk|fn)[-_][A-Za-z0-9_-]{8,}|Bearer\s+\S+|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)")


def configure_logging(*, level: str, style: Literal["auto", "text", "json"]) -> None:
    """Send our logs and those of the libraries to standard error, in one form."""
    as_text = style == "text" or (style == "auto" and sys.stderr.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _strike_secrets,
    ]
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer() if as_text else structlog.processors.JSONRenderer(_dumps)
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        # Events below the level cost nothing.
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for noisy in ("httpx", "httpx2", "httpcore", "httpcore2", "openai", "alembic", "mcp", "uvicorn.access"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # The library's own hooks would log the arguments, which hold texts, and upstream's words.
    stamina.instrumentation.set_on_retry_hooks([_log_retry])


def current_request_id() -> str | None:
    """Return the id of the request that is being answered, None outside of one."""
    value = structlog.contextvars.get_contextvars().get("request_id")
    return value if isinstance(value, str) else None


def _log_retry(details: RetryDetails) -> None:
    log.info(
        "retry_scheduled",
        work=details.name,
        attempts=details.retry_num,
        caused_by=type(details.caused_by).__name__,
        pause_seconds=round(details.wait_for, 2),
    )


def _strike_secrets(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    return {
        key: _SECRET.sub("***", value) if isinstance(value, str) else value for key, value in event.items()
    }


def _dumps(value: object, **_: object) -> str:
    return orjson.dumps(value, default=str).decode()
