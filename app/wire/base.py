"""The base of every request model, and model ids as clients write them: with a store behind an `@`."""

from dataclasses import dataclass
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


# Used in place of a store's name: nothing is searched. Clients' calls for titles and tags need no documents.
WITHOUT_STORE = "none"


@dataclass(frozen=True, slots=True)
class ModelId:
    """`model` is upstream's own id; `store` is None when the id names none."""

    model: str
    store: str | None = None

    @property
    def searches(self) -> bool:
        return self.store != WITHOUT_STORE


def split_model(written: str) -> ModelId:
    """Return the model and the store named behind its last `@`, if any."""
    bare, at, store = written.rpartition("@")
    return ModelId(bare, store) if at and bare and store else ModelId(written)


def model_at(model: str, store: str) -> str:
    """Return the id of a model whose answers are grounded in a store."""
    return f"{model}@{store}"
