"""Upstream's failures as our errors: what the caller can do, or what the operator must set."""

import re

import openai

from app.core.errors import (
    FootnoteError,
    InvalidRequest,
    NotFound,
    Overloaded,
    QuotaExceeded,
    RateLimited,
    UpstreamFailed,
    UpstreamMisconfigured,
    UpstreamTimedOut,
)

_SECRET = re.compile(r"(?:sk|fn)[-_][\w*-]{4,}|Bearer\s+\S+|https?://\S+")
_LONGEST_MESSAGE = 500


def missing_key(setting: str) -> UpstreamMisconfigured:
    """Return the error of a server that has no key for upstream."""
    return UpstreamMisconfigured(
        f"{setting} is not set. Set it, or DEV_FALLBACKS=true for offline answers.", code="upstream_auth"
    )


def footnote_error(error: openai.OpenAIError, *, key_setting: str, url_setting: str) -> FootnoteError:
    """Return what a failed call means for our caller. A refused key is the operator's fault: never a 401."""
    if isinstance(error, openai.APITimeoutError):
        return UpstreamTimedOut("The upstream model server did not answer in time.")
    if isinstance(error, openai.APIConnectionError):
        return UpstreamFailed(
            f"The upstream model server cannot be reached. Check {url_setting} and the network."
        )
    if isinstance(error, openai.APIStatusError):
        return _of_status(error, key_setting)
    return broken_off(_code(error))


def broken_off(code: object) -> UpstreamFailed:
    """Return the error of an answer that upstream has begun and not ended."""
    return UpstreamFailed(
        "The upstream model server broke off its answer with an error.",
        code=None if code is None else str(code),
    )


def _of_status(error: openai.APIStatusError, key_setting: str) -> FootnoteError:
    status = error.status_code
    if status in (401, 403):
        return UpstreamMisconfigured(
            f"The upstream model server refused {key_setting}. Set a valid key, "
            "or DEV_FALLBACKS=true for offline answers.",
            code="upstream_auth",
        )
    if status == 429:
        return _too_many(error)
    if status == 404:
        return NotFound(_message(error), param=_param(error), code=_code(error) or "model_not_found")
    if status in (400, 413, 422):
        return InvalidRequest(_message(error), param=_param(error), code=_code(error))
    if status == 503:
        return Overloaded(
            "The upstream model server is busy.", retry_after_seconds=retry_after_seconds(error) or 1
        )
    return UpstreamFailed("The upstream model server failed to answer.")


def _too_many(error: openai.APIStatusError) -> FootnoteError:
    if _code(error) == "insufficient_quota":
        return QuotaExceeded("The upstream account has no quota left.", code="insufficient_quota")
    return RateLimited(
        "The upstream model server limits the rate of requests.",
        code="rate_limit_exceeded",
        retry_after_seconds=retry_after_seconds(error) or 1,
    )


def retry_after_seconds(error: openai.OpenAIError) -> float | None:
    """Return how long upstream asks us to wait, None when it does not say."""
    if not isinstance(error, openai.APIStatusError):
        return None
    for header, scale in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            return max(0.0, float(error.response.headers[header]) * scale)
        except (KeyError, ValueError):
            continue
    return None


def _message(error: openai.APIStatusError) -> str:
    """Return upstream's own words on a bad request: they say what to change. Without keys and addresses."""
    body = error.body if isinstance(error.body, dict) else {}
    said = body.get("message") if isinstance(body.get("message"), str) else None
    return _SECRET.sub("…", said or "The upstream model server refused the request.")[:_LONGEST_MESSAGE]


def _code(error: openai.OpenAIError) -> str | None:
    code = getattr(error, "code", None)
    return str(code) if code is not None else None


def _param(error: openai.APIStatusError) -> str | None:
    return str(error.param) if error.param is not None else None
