"""Counters and gauges, as Prometheus reads them."""

from prometheus_client import Counter, Gauge

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
known_queries = Counter("footnote_known_queries", "Queries whose embedding was still known")
rewrites = Counter("footnote_rewrites", "Queries asked of a model", ["outcome"])
reranks = Counter("footnote_reranks", "Lists of snippets sent to the re-ranker", ["outcome"])
decisions = Counter("footnote_decisions", "Lists of doubtful citations shown to a model", ["outcome"])
searches = Counter("footnote_searches", "Searches by the way they went", ["route"])
unlimited_requests = Counter(
    "footnote_unlimited_requests", "Counts for limits that were skipped because their storage was down"
)
index_lists = Gauge("footnote_index_lists", "Lists of a store's IVFFlat index", ["vector_store_id"])
index_probes = Gauge("footnote_index_probes", "Lists that a search reads", ["vector_store_id"])
index_recall = Gauge(
    "footnote_index_recall", "Measured share of the exact top ten that the index finds", ["vector_store_id"]
)
index_gain = Gauge(
    "footnote_index_gain", "How many times faster than a scan the index is", ["vector_store_id"]
)
index_care_failures = Counter(
    "footnote_index_care_failures", "Index builds, checks and clean-ups that failed; the log names the store"
)
