"""LangChain's ChatOpenAI with use_responses_api: grounding comes through as annotations of the content."""

from langchain_openai import ChatOpenAI
from shared import BASE_URL, QUESTION, STORE_ID, report

tools = [{"type": "file_search", "vector_store_ids": [STORE_ID]}]
model = ChatOpenAI(model="gpt-5.4-mini", base_url=BASE_URL, api_key="any", use_responses_api=True)

answer = model.invoke(QUESTION, tools=tools)

assert "".join(piece.text for piece in model.stream(QUESTION, tools=tools)) == answer.text
notes = [note for block in answer.content for note in block.get("annotations", ())]
report(answer.text, [note["filename"] for note in notes])
