"""Whether a request may name its model. The providers say so; an unknown name is a 404, as it is at OpenAI."""

from app.answering.grounding import split_model
from app.core.errors import NotFound
from app.services import Services


def check_model(services: Services, model: str) -> None:
    """Raise NotFound for a chat with a model that nobody answers to. A store may be named behind an @."""
    bare, _ = split_model(model)
    if not services.providers.chat.answers_to(bare):
        raise _not_found(model)


def check_embedding_model(services: Services, model: str) -> None:
    """Raise NotFound for embeddings by a model that nobody answers to."""
    if not services.providers.embeddings.answers_to(model):
        raise _not_found(model)


def _not_found(model: str) -> NotFound:
    return NotFound(
        f"The model `{model}` does not exist or you do not have access to it.", code="model_not_found"
    )
