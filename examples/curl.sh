#!/usr/bin/env bash
# Footnote by curl alone: take in a document, ask, search.
#   examples/curl.sh [http://127.0.0.1:8000/v1 [KEY]]
set -euo pipefail
base="${1:-${FOOTNOTE_BASE_URL:-http://127.0.0.1:8000/v1}}"
key="${2:-${FOOTNOTE_API_KEY:-any}}"
call() { curl --silent --show-error --fail-with-body -H "authorization: Bearer $key" "$@"; echo; }

# The answer comes when the document can be searched.
call -F "file=@$(dirname "$0")/../static/sample-handbook.md" "$base/ingest"

# `choices` has the answer with its markers, `footnote` what was found.
call "$base/chat/completions" -H 'content-type: application/json' -d '{
  "model": "gpt-5.4-mini",
  "messages": [{"role": "user", "content": "How long is parental leave?"}]}'

# Streamed: the words as they come.
call -N "$base/chat/completions" -H 'content-type: application/json' -d '{
  "model": "gpt-5.4-mini", "stream": true,
  "messages": [{"role": "user", "content": "How many days off after seven years?"}]}'

# Passages alone, without an answer.
call "$base/vector_stores/default/search" -H 'content-type: application/json' -d '{
  "query": "lost telephone", "max_num_results": 3}'
