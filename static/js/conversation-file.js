/** Writes a conversation as a file for other programs: Markdown for people, JSON for machines. Pure. */

import { citedSnippets, footnoteOf } from "./footnotes.js";
import { sourceName } from "./snippet.js";
import { splitThinking } from "./thinking.js";
import { verdictsOf } from "./verdicts.js";

/** Return the conversation as Markdown, each answer with its numbered sources. */
export function toMarkdown({ title, turns }) {
  return `${[`# ${oneLine(title)}`, ...turns.map(turnText)].join("\n\n")}\n`;
}

/** Return the conversation as JSON. */
export function toJson({ conversationId, title, turns }) {
  const body = {
    id: conversationId,
    title,
    turns: turns.map(({ question, answer }) => ({
      question,
      answer: splitThinking(answer).said,
      state: answer.state,
      sources: citedSnippets(answer).map((snippet) => ({ n: footnoteOf(answer, snippet), ...sourceOf(snippet) })),
      citations: answer.citations ?? [],
    })),
  };
  return `${JSON.stringify(body, null, 2)}\n`;
}

/** Return a line for each source of an answer: its number, its name, and what was found out about what cites it. */
export function sourceLines(answer) {
  return citedSnippets(answer).map((snippet) => {
    const n = footnoteOf(answer, snippet);
    const verdicts = verdictsOf((answer.citations ?? []).filter((citation) => citation.n === n));
    const found = verdicts.map(({ words }) => words).join("; ");
    return `[${n}] ${sourceName(snippet)}${found && ` (${found})`}`;
  });
}

/** Return a name for the file that every system accepts. */
export function fileNameOf({ title }, ending) {
  const name = title.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "");
  return `${name.slice(0, 60) || "conversation"}.${ending}`;
}

function turnText({ question, answer }) {
  const sources = sourceLines(answer);
  const text = splitThinking(answer).said.trim() || "(no answer)";
  return [`## ${oneLine(question)}`, text, sources.join("  \n")].filter(Boolean).join("\n\n");
}

function sourceOf({ filename, file_id, chunk_id, page, heading, text }) {
  return { filename, file_id, chunk_id, page, heading, text };
}

function oneLine(text) {
  return text.replace(/\s+/g, " ").trim();
}
