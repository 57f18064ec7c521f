/** Asks the server and folds what comes back, streamed or whole, into one answer. */

import { ApiError, envelopeError, postJson } from "./api.js";
import { noteFootnotes } from "./footnotes.js";
import { readEvents } from "./sse.js";
import { splitThinking } from "./thinking.js";

const DONE = "[DONE]";
const LOST = "The connection was lost before the answer was complete.";

/** Return an answer of which nothing is known yet. */
export function makeAnswer() {
  return {
    state: "waiting",
    text: "",
    thoughts: "",
    finishReason: null,
    retrieval: null,
    // How many files were still being added when it was asked for.
    unread: 0,
    footnotes: {},
    citations: null,
    usage: null,
    elapsedMs: null,
    provider: null,
    error: null,
  };
}

/** Ask, changing the answer as it grows and calling onChange each time; throw ApiError or AbortError. */
export async function receiveAnswer(answer, body, { signal, onChange }) {
  const started = performance.now();
  const response = await ask(body, signal);
  answer.provider = response.headers.get("x-footnote-provider");
  answer.state = "streaming";
  try {
    for await (const chunk of readChunks(response)) {
      absorb(answer, chunk);
      onChange();
    }
  } catch (error) {
    // fetch reports a connection that breaks inside a body as a TypeError.
    throw error instanceof TypeError ? new ApiError(LOST, { status: 502 }) : error;
  }
  answer.elapsedMs = Math.round(performance.now() - started);
  answer.state = "done";
}

/** Fold one chunk, or one whole completion, into the answer. */
export function absorb(answer, chunk) {
  if (chunk.footnote?.markers) noteFootnotes(answer, chunk.footnote.markers);
  else if (chunk.footnote) answer.retrieval = chunk.footnote;
  if (chunk.usage) answer.usage = chunk.usage;
  const choice = chunk.choices?.[0];
  if (choice?.finish_reason) answer.finishReason = choice.finish_reason;
  const said = choice?.delta ?? choice?.message;
  if (!said) return;
  answer.thoughts += said.reasoning_content ?? said.reasoning ?? "";
  answer.text += said.content ?? said.refusal ?? "";
  if (!said.footnote) return;
  answer.citations = spokenOf(answer, said.footnote.citations);
  noteFootnotes(answer, answer.citations);
}

/** What a model cites while it thinks is no statement of its answer. */
function spokenOf(answer, citations) {
  const start = [...answer.text.slice(0, splitThinking(answer).start)].length;
  return citations.filter((citation) => !(citation.start_index < start));
}

async function ask(body, signal) {
  const streamed = { ...body, stream: true, stream_options: { include_usage: true } };
  try {
    return await postJson("/v1/chat/completions", streamed, { signal });
  } catch (error) {
    if (error.code !== "streaming_disabled") throw error;
    return postJson("/v1/chat/completions", body, { signal });
  }
}

async function* readChunks(response) {
  if (!response.headers.get("content-type")?.startsWith("text/event-stream")) {
    yield await response.json();
    return;
  }

  let isFinished = false;
  for await (const data of readEvents(response.body)) {
    if (data === DONE) return;
    const chunk = parse(data);
    if (chunk.error) throw envelopeError(chunk, { status: 502, header: (name) => response.headers.get(name) });
    isFinished ||= Boolean(chunk.choices?.[0]?.finish_reason);
    yield chunk;
  }
  if (!isFinished) throw new ApiError(LOST, { status: 502 });
}

function parse(data) {
  try {
    return JSON.parse(data);
  } catch {
    throw new ApiError("The server sent something that is not an answer.", { status: 502 });
  }
}
