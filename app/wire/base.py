"""The base of every request model: null means absent, and each model says whether unknown fields are kept or refused."""

from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator


class WireModel(BaseModel):
    """A part of a request. A field sent as null counts as not sent; unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, strict=True)

    @model_validator(mode="before")
    @classmethod
    def _null_is_absent(cls, data: Any) -> Any:
        if isinstance(data, dict):
            return {key: value for key, value in data.items() if value is not None or key in cls.keeps_null()}
        return data

    @classmethod
    def keeps_null(cls) -> frozenset[str]:
        """Return the fields in which null has a meaning of its own."""
        return frozenset()


class OpenWireModel(WireModel):
    """A request part whose unknown fields are kept, to be passed on to upstream."""

    model_config = ConfigDict(extra="allow")
