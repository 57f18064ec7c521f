"""LiteLLM's `pg_vector` stores are Footnote's: pip install litellm, then python litellm_pg_vector.py

In the proxy's config.yaml the same is
    vector_store_registry:
      - vector_store_name: handbook
        litellm_params: {vector_store_id: default, custom_llm_provider: pg_vector, api_base: "http://127.0.0.1:8000", api_key: KEY}
"""

import os

import litellm

base_url = os.environ.get("FOOTNOTE_BASE_URL", "http://127.0.0.1:8000/v1")
api_key = os.environ.get("FOOTNOTE_API_KEY", "any")
question = "How long is parental leave?"

found = litellm.vector_stores.search(
    vector_store_id="default",
    query=question,
    custom_llm_provider="pg_vector",
    api_base=base_url.removesuffix("/v1"),
    api_key=api_key,
)
for passage in found["data"][:3]:
    print(f"{passage['score']:.2f} {passage['filename']}: {passage['content'][0]['text'][:60]!r}")

answer = litellm.completion(
    "openai/gpt-5.4-mini", [{"role": "user", "content": question}], api_base=base_url, api_key=api_key
)
print(answer.choices[0].message.content)
for note in answer.choices[0].message.annotations:
    print(f"source: {note['url_citation']['title']}")
