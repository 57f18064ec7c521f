"""Haystack: its embedder, its chat generator, and its generator over responses."""

from haystack.components.embedders import OpenAITextEmbedder
from haystack.components.generators.chat import OpenAIChatGenerator, OpenAIResponsesChatGenerator
from haystack.dataclasses import ChatMessage
from haystack.utils import Secret
from shared import BASE_URL, FILE_SEARCH, MODEL, QUESTION, report

common = {"api_key": Secret.from_token("any"), "api_base_url": BASE_URL}
messages = [ChatMessage.from_user(QUESTION)]
assert len(OpenAITextEmbedder(model="text-embedding-3-small", **common).run(QUESTION)["embedding"]) == 1536
(chat,) = OpenAIChatGenerator(model=MODEL, **common).run(messages)["replies"]
responses = OpenAIResponsesChatGenerator(model="gpt-5.4-mini", tools=[FILE_SEARCH], **common)
(response,) = responses.run(messages)["replies"]
assert chat.text == response.text
report(response.text, None)
