"""LlamaIndex: pip install llama-index-llms-openai, then python llama_index_answer.py

Footnote searches, so no index is built here.
"""

import os

from llama_index.core.llms import ChatMessage
from llama_index.llms.openai import OpenAIResponses

model = OpenAIResponses(
    model="gpt-5.4-mini",
    api_base=os.environ.get("FOOTNOTE_BASE_URL", "http://127.0.0.1:8000/v1"),
    api_key=os.environ.get("FOOTNOTE_API_KEY", "any"),
    built_in_tools=[{"type": "file_search", "vector_store_ids": ["default"]}],
)

answer = model.chat([ChatMessage(role="user", content="How long is parental leave?")])
print(answer.message.content)
for note in answer.additional_kwargs["annotations"]:
    print(f"source: {note.filename}")
