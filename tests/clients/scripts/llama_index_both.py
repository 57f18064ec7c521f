"""LlamaIndex: its OpenAI classes over chats and responses, the class for compatible servers, and its embeddings."""

from llama_index.core.llms import ChatMessage
from llama_index.embeddings.openai import OpenAIEmbedding
from llama_index.llms.openai import OpenAI, OpenAIResponses
from llama_index.llms.openai_like import OpenAILike
from shared import BASE_URL, FILE_SEARCH, MODEL, QUESTION, STORE_ID, report

common = {"api_base": BASE_URL, "api_key": "any"}
messages = [ChatMessage(role="user", content=QUESTION)]
vector = OpenAIEmbedding(model="text-embedding-3-small", **common).get_text_embedding(QUESTION)
assert len(vector) == 1536

like = OpenAILike(model=MODEL, is_chat_model=True, context_window=8000, **common)
# It knows OpenAI's own models only, so the store comes beside the model's name.
extra = {"extra_body": {"footnote": {"vector_store_ids": [STORE_ID]}}}
chat = OpenAI(model="gpt-4o-mini", additional_kwargs=extra, **common)
response = OpenAIResponses(model="gpt-4o-mini", built_in_tools=[FILE_SEARCH], **common).chat(messages)
answers = {
    like.chat(messages).message.content,
    like.complete(QUESTION).text,
    "".join(part.delta or "" for part in like.stream_chat(messages)),
    chat.chat(messages).message.content,
    response.message.content,
}
assert len(answers) == 1, answers

# Without is_chat_model it asks /v1/completions.
text = OpenAILike(model=MODEL, is_chat_model=False, context_window=8000, **common).complete(QUESTION).text
assert "nine months" in text
report(answers.pop(), [note.filename for note in response.additional_kwargs["annotations"]])
