"""Semantic Kernel: its chat completion and its embeddings."""

import asyncio

from openai import AsyncOpenAI
from semantic_kernel.connectors.ai.open_ai import (
    OpenAIChatCompletion,
    OpenAIChatPromptExecutionSettings,
    OpenAITextEmbedding,
)
from semantic_kernel.contents import ChatHistory
from shared import BASE_URL, MODEL, QUESTION, report


async def main() -> None:
    client = AsyncOpenAI(base_url=BASE_URL, api_key="any")
    embedding = OpenAITextEmbedding("text-embedding-3-small", async_client=client)
    (vector,) = await embedding.generate_embeddings([QUESTION])
    assert len(vector) == 1536

    history = ChatHistory()
    history.add_user_message(QUESTION)
    chat = OpenAIChatCompletion(MODEL, async_client=client)
    report(str(await chat.get_chat_message_content(history, OpenAIChatPromptExecutionSettings())), None)


asyncio.run(main())
