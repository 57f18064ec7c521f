"""POST /v1/embeddings: the request model, and the body in floats or base64."""

import base64
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from app.core.errors import InvalidRequest
from app.wire.base import OpenWireModel

MAX_INPUTS = 2_048
MAX_INPUT_TOKENS = 8_192
MAX_REQUEST_TOKENS = 300_000


class EmbeddingRequest(OpenWireModel):
    """`texts` checks `input`, because OpenAI answers every wrong shape with the same sentence."""

    input: Any
    model: Annotated[str, Field(min_length=1, max_length=512)]
    dimensions: Annotated[int, Field(ge=1, le=8_192)] | None = None
    encoding_format: Literal["float", "base64"] = "float"
    user: str | None = None

    def extra(self) -> dict[str, Any]:
        """Return the fields that upstream is to read: `user`, and those that we do not know, such as `input_type`."""
        user = {} if self.user is None else {"user": self.user}
        return {key: value for key, value in (self.model_extra or {}).items() if value is not None} | user

    def texts(self) -> list[str | list[int]]:
        """Return the inputs as a list of texts or token lists; raise InvalidRequest."""
        if isinstance(self.input, str):
            inputs: list[Any] = [self.input]
        elif isinstance(self.input, list) and self.input and _are_tokens(self.input):
            inputs = [self.input]
        elif isinstance(self.input, list):
            inputs = self.input
        else:
            raise _invalid_input()

        all_texts = all(isinstance(item, str) and item for item in inputs)
        if not inputs or not (
            all_texts or all(isinstance(item, list) and _are_tokens(item) for item in inputs)
        ):
            raise _invalid_input()
        if len(inputs) > MAX_INPUTS:
            raise InvalidRequest(
                f"Invalid 'input': array too long. Expected an array with maximum length {MAX_INPUTS}.",
                param="input",
                code="array_above_max_length",
            )
        return inputs


def embedding_body(
    vectors: NDArray[np.float32],
    *,
    model: str,
    prompt_tokens: int,
    encoding_format: Literal["float", "base64"],
) -> dict[str, Any]:
    """Return the list of embeddings; base64 is of little-endian four-byte floats."""
    return {
        "object": "list",
        "data": [
            {"object": "embedding", "index": index, "embedding": _encoded(vector, encoding_format)}
            for index, vector in enumerate(vectors)
        ],
        "model": model,
        "usage": {"prompt_tokens": prompt_tokens, "total_tokens": prompt_tokens},
    }


def _encoded(vector: NDArray[np.float32], encoding_format: str) -> str | list[float]:
    if encoding_format == "base64":
        return base64.b64encode(vector.astype("<f4").tobytes()).decode("ascii")
    numbers: list[float] = vector.tolist()
    return numbers


def _are_tokens(items: list[Any]) -> bool:
    return bool(items) and all(type(item) is int and item >= 0 for item in items)


def _invalid_input() -> InvalidRequest:
    return InvalidRequest(
        "'$.input' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference."
    )
