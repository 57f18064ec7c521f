"""pydantic-ai over responses and chats: the answer has markers, and no sources."""

from pydantic_ai import Agent
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
from pydantic_ai.providers.openai import OpenAIProvider
from shared import BASE_URL, MODEL, QUESTION, report

provider = OpenAIProvider(base_url=BASE_URL, api_key="any")
responses = Agent(OpenAIResponsesModel(MODEL, provider=provider)).run_sync(QUESTION).output
chat = Agent(OpenAIChatModel(MODEL, provider=provider)).run_sync(QUESTION).output

assert responses == chat
report(chat, None)
