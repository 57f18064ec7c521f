"""The error envelope: all four keys, always."""

from typing import Any

from app.core.errors import FootnoteError


def error_body(error: FootnoteError) -> dict[str, Any]:
    return {
        "error": {
            "message": error.message,
            "type": error.kind,
            "param": error.param,
            "code": error.code,
        }
    }
