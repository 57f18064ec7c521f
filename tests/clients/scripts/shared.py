"""What every client is given, and how it says what it has seen."""

import json
import os

BASE_URL = os.environ["FOOTNOTE_BASE_URL"]
STORE_ID = os.environ["FOOTNOTE_STORE_ID"]
MODEL = "gpt-5.4-mini@hr"
QUESTION = "How long does parental leave last?"
FILE_SEARCH = {"type": "file_search", "vector_store_ids": [STORE_ID]}


def report(answer: str, sources: list[str] | None) -> None:
    """Print the answer and the files that the client shows as its sources, None where it cannot show any."""
    print(json.dumps({"answer": answer, "sources": sources}))
