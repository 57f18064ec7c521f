/** Reads server-sent events from a body, wherever the network cut it: inside a character, a CRLF or a field. */

/** Yield the data of each event of the stream. */
export async function* readEvents(body) {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let pending = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      pending += done ? decoder.decode() : decoder.decode(value, { stream: true });
      const { events, rest } = takeEvents(pending, done);
      pending = rest;
      yield* events;
      if (done) return;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

/** Return the data of the complete events in the text, and the text behind them. */
export function takeEvents(text, isLast) {
  const events = [];
  const border = /\r\n\r\n|\n\n|\r\r/g;
  let start = 0;
  for (let match = border.exec(text); match; match = border.exec(text)) {
    events.push(dataOf(text.slice(start, match.index)));
    start = border.lastIndex;
  }
  const rest = text.slice(start);
  if (isLast && rest.trim()) return { events: keep([...events, dataOf(rest)]), rest: "" };
  return { events: keep(events), rest };
}

function dataOf(event) {
  const lines = event.split(/\r\n|\n|\r/).filter((line) => line.startsWith("data:"));
  return lines.length ? lines.map((line) => line.slice(5).replace(/^ /, "")).join("\n") : null;
}

function keep(events) {
  return events.filter((data) => data !== null);
}
