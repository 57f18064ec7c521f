"""Model ids as clients write them: a model's own id, and behind an `@` the store that grounds its answers."""

from dataclasses import dataclass

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
