"""Counters, as Prometheus reads them."""

from prometheus_client import Counter

chat_calls = Counter("footnote_chat_calls", "Answers asked of a chat provider", ["provider"])
embedding_calls = Counter(
    "footnote_embedding_calls", "Calls of an embedding provider", ["provider", "purpose"]
)
embedded_texts = Counter(
    "footnote_embedded_texts", "Texts sent to an embedding provider", ["provider", "purpose"]
)
reused_embeddings = Counter("footnote_reused_embeddings", "Chunks whose embedding was known before")
removed_markers = Counter(
    "footnote_removed_markers", "Markers in answers that named no snippet of the prompt"
)
citations = Counter("footnote_citations", "Citations sent", ["verified"])
unhandled_errors = Counter("footnote_unhandled_errors", "Requests that ended in an unforeseen error")
