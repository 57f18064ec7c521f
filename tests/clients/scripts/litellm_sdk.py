"""LiteLLM as a library: chats, responses, embeddings, a search, and its own file_search over our stores."""

import litellm
from shared import BASE_URL, FILE_SEARCH, MODEL, QUESTION, STORE_ID, report

common = {"api_base": BASE_URL, "api_key": "any"}
chat = litellm.completion(f"openai/{MODEL}", [{"role": "user", "content": QUESTION}], **common)
response = litellm.responses(model="openai/gpt-5.4-mini", input=QUESTION, tools=[FILE_SEARCH], **common)
part = response.output[-1].content[0]
assert chat.choices[0].message.content == part.text
assert chat.choices[0].message.annotations[0]["url_citation"]["title"] == "leave.txt"

vectors = litellm.embedding("openai/text-embedding-3-small", ["a"], **common)
assert len(vectors.data[0]["embedding"]) == 1536
store = {"vector_store_id": STORE_ID, "custom_llm_provider": "openai"}
(found,) = litellm.vector_stores.search(query=QUESTION, **store, **common)["data"]

# For models without file_search LiteLLM gives the model a function and searches the store itself.
emulated = litellm.responses(
    model="deepseek/gpt-5.4-mini", input=QUESTION, tools=[FILE_SEARCH], tool_choice="required", **common
)
(searched, answered) = emulated.output
assert searched.type == "file_search_call"
assert "nine months" in str(answered)
report(part.text, [note.filename for note in part.annotations] + [found["filename"]])
