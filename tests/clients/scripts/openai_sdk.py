"""OpenAI's own SDK: responses with file_search, chats plain and streamed, embeddings and a search, in any of its versions."""

from openai import OpenAI
from shared import BASE_URL, FILE_SEARCH, MODEL, QUESTION, STORE_ID, report

client = OpenAI(base_url=BASE_URL, api_key="any")
response = client.responses.create(model="gpt-5.4-mini", input=QUESTION, tools=[FILE_SEARCH])
(note,) = response.output[-1].content[0].annotations
with client.responses.stream(model="gpt-5.4-mini", input=QUESTION, tools=[FILE_SEARCH]) as stream:
    assert stream.get_final_response().output_text == response.output_text

messages = [{"role": "user", "content": QUESTION}]
chat = client.chat.completions.create(model=MODEL, messages=messages)
assert chat.choices[0].message.content == response.output_text
streamed = client.chat.completions.create(model=MODEL, messages=messages, stream=True)
assert (
    "".join(chunk.choices[0].delta.content or "" for chunk in streamed if chunk.choices)
    == response.output_text
)

vectors = client.embeddings.create(model="text-embedding-3-small", input=["a", "b"])
assert [len(item.embedding) for item in vectors.data] == [1536, 1536]
(found,) = client.vector_stores.search(STORE_ID, query=QUESTION)
assert "nine months" in found.content[0].text
report(response.output_text, [note.filename, found.filename])
