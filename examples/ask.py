"""Ask a file a question: the stock OpenAI SDK against a running Footnote.

    python -m examples.ask handbook.pdf "How long is parental leave?" [--base-url http://127.0.0.1:8000/v1] [--api-key KEY]

FOOTNOTE_BASE_URL and FOOTNOTE_API_KEY say the same as the options. The file goes into a vector store of its own; both are
deleted afterwards.
"""

import argparse
import os
from pathlib import Path

from openai import OpenAI
from openai.types.chat import ChatCompletionMessage


def main() -> None:
    """Upload, ask, print the answer with its footnotes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("question")
    parser.add_argument("--base-url", default=os.environ.get("FOOTNOTE_BASE_URL", "http://127.0.0.1:8000/v1"))
    parser.add_argument("--api-key", default=os.environ.get("FOOTNOTE_API_KEY", "any"))
    parser.add_argument("--model", default="gpt-5.4-mini")
    arguments = parser.parse_args()
    if not arguments.file.is_file():
        parser.error(f"there is no file {arguments.file}")

    client = OpenAI(base_url=arguments.base_url, api_key=arguments.api_key)
    store = client.vector_stores.create(name=arguments.file.name)
    file = client.files.create(file=arguments.file, purpose="assistants")
    try:
        read = client.vector_stores.files.create_and_poll(file.id, vector_store_id=store.id)
        if read.last_error:
            raise SystemExit(read.last_error.message)
        completion = client.chat.completions.create(
            model=arguments.model,
            messages=[{"role": "user", "content": arguments.question}],
            extra_body={"footnote": {"vector_store_ids": [store.id]}},
        )
    finally:
        client.vector_stores.delete(store.id)
        client.files.delete(file.id)
    _print(completion.choices[0].message)


def _print(message: ChatCompletionMessage) -> None:
    print(message.content)
    # What OpenAI's SDK has no name for comes as extra fields.
    citations = (message.model_extra or {})["footnote"]["citations"]
    for annotation, citation in zip(message.annotations or [], citations, strict=True):
        sure = "" if citation["verified"] else " (not verified)"
        quote = " ".join(citation["quote"].split())
        print(f"[{citation['n']}] {annotation.url_citation.title}: “{quote}”{sure}")


if __name__ == "__main__":
    main()
