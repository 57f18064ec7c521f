"""Model ids with stores."""

import pytest

from app.wire.base import ModelId, split_model


@pytest.mark.parametrize(
    ("model", "parts"),
    [
        ("gpt-4o", ("gpt-4o", None)),
        ("gpt-4o@vs_1", ("gpt-4o", "vs_1")),
        ("@cf/meta/llama", ("@cf/meta/llama", None)),
        ("a@b@c", ("a@b", "c")),
        ("gpt@", ("gpt@", None)),
    ],
)
def test_models_are_split_at_the_last_at(model: str, parts: tuple[str, str | None]) -> None:
    """Ids that begin or end with @ name no store."""
    assert split_model(model) == ModelId(*parts)
