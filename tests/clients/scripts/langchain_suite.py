"""LangChain's standard tests of chat models and of embeddings, which it sends as token arrays."""

import os
import sys
from pathlib import Path
from typing import ClassVar

import litellm
import pytest
from langchain_core.vectorstores import InMemoryVectorStore
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from langchain_tests.integration_tests import ChatModelIntegrationTests, EmbeddingsIntegrationTests
from shared import BASE_URL, QUESTION, report

# The vocabulary that LangChain would load from the internet comes with LiteLLM.
os.environ["TIKTOKEN_CACHE_DIR"] = str(Path(litellm.__file__).parent / "litellm_core_utils" / "tokenizers")
CHOOSES_TOOLS = pytest.mark.xfail(
    reason="Without a model nobody chooses a tool: it must be forced.", strict=True
)


class TestChats(ChatModelIntegrationTests):
    chat_model_class = ChatOpenAI
    chat_model_params: ClassVar = {
        "model": "gpt-5.4-mini",
        "base_url": BASE_URL,
        "api_key": "any",
        "stream_usage": True,  # its default with OpenAI's own address only
    }

    test_tool_calling = CHOOSES_TOOLS(ChatModelIntegrationTests.test_tool_calling)
    test_tool_calling_async = CHOOSES_TOOLS(ChatModelIntegrationTests.test_tool_calling_async)
    test_agent_loop = CHOOSES_TOOLS(ChatModelIntegrationTests.test_agent_loop)


class TestEmbeddings(EmbeddingsIntegrationTests):
    embeddings_class = OpenAIEmbeddings
    embedding_model_params: ClassVar = {
        "model": "text-embedding-3-small",
        "base_url": BASE_URL,
        "api_key": "any",
    }

    def test_a_vector_store_finds_the_text(self) -> None:
        """Texts of a store of LangChain's own are embedded as token arrays, and found."""
        embeddings = OpenAIEmbeddings(**self.embedding_model_params)
        store = InMemoryVectorStore.from_texts(
            ["Parental leave lasts nine months.", "The canteen opens at noon."], embeddings
        )
        (found,) = store.similarity_search(QUESTION, k=1)
        assert found.page_content == "Parental leave lasts nine months."


if __name__ == "__main__":
    # LangChain keeps its connections for the whole process, so all tests share one event loop.
    loop = ["-o", "asyncio_mode=auto", "-o", "asyncio_default_test_loop_scope=session"]
    options = [*loop, "-q", "-p", "no:cacheprovider", "-c", os.devnull, "--noconftest"]
    failed = pytest.main([*options, __file__])
    report("Its tests pass: nine months" if not failed else "Its tests fail", None)
    sys.exit(failed)
