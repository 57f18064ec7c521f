"""LangChain: pip install langchain-openai, then python langchain_answer.py

Only with `use_responses_api=True` does LangChain pass on what an answer cites.
"""

import os

from langchain_openai import ChatOpenAI

model = ChatOpenAI(
    model="gpt-5.4-mini",
    base_url=os.environ.get("FOOTNOTE_BASE_URL", "http://127.0.0.1:8000/v1"),
    api_key=os.environ.get("FOOTNOTE_API_KEY", "any"),
    use_responses_api=True,
)
file_search = {"type": "file_search", "vector_store_ids": ["default"]}

answer = model.invoke("How long is parental leave?", tools=[file_search])
print(answer.text)
for block in answer.content:
    for note in block.get("annotations", ()):
        print(f"source: {note['filename']}")
