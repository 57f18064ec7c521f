"""Which model ids the fallback answers to: upstream judges its own."""

import re

from app.answering.grounding import split_model
from app.core.errors import NotFound
from app.services import Services

# Clients and their test suites name OpenAI's models: the fallback stands in for all of them, for nothing else.
_OPENAI_NAMES = re.compile(r"(gpt-|chatgpt-|o\d|text-embedding-|footnote-)[\w.:-]*")


def check_model(services: Services, model: str) -> None:
    """Raise NotFound when the fallback is asked for a model that is neither configured nor OpenAI's."""
    if services.providers.chat.name != "fallback":
        return
    bare, _ = split_model(model)
    known = (
        services.door.chat_model,
        services.door.embedding_model,
        services.providers.embeddings.space.model,
    )
    if bare not in known and not _OPENAI_NAMES.fullmatch(bare):
        raise NotFound(
            f"The model `{model}` does not exist or you do not have access to it.", code="model_not_found"
        )
