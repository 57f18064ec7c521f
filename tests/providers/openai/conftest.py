"""A connection to the fake upstream."""

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from app.providers.openai.address import UpstreamAddress
from app.providers.openai.connection import OpenAIConnection


@pytest.fixture
async def connection(upstream_url: str) -> AsyncIterator[OpenAIConnection]:
    """A connection with a good key."""
    opened = OpenAIConnection(UpstreamAddress(SecretStr("sk-good"), upstream_url))
    yield opened
    await opened.close()
