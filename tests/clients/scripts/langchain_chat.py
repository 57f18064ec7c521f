"""LangChain's ChatOpenAI over chats, and its embeddings: the answer has markers, and no sources."""

from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from shared import BASE_URL, MODEL, QUESTION, report

# As token arrays, its default, it would load a vocabulary from the internet first.
embeddings = OpenAIEmbeddings(
    base_url=BASE_URL, api_key="any", model="text-embedding-3-small", check_embedding_ctx_length=False
)
assert len(embeddings.embed_query(QUESTION)) == len(embeddings.embed_documents(["a", "b"])[1])
report(ChatOpenAI(model=MODEL, base_url=BASE_URL, api_key="any").invoke(QUESTION).text, None)
