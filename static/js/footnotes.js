/** Footnotes count the cited snippets in the order of their first citation; this tells which is which. Pure. */

/** Note which snippets the markers of a piece of an answer, or its citations, stand for. */
export function noteFootnotes(answer, marked) {
  for (const { n, chunk } of marked) answer.footnotes[n] = chunk;
}

/** Return the snippet that footnote n stands for, or undefined. */
export function snippetOf(answer, n) {
  // Answers from before this numbering are kept without it: their markers name the snippets themselves.
  const chunk = answer.footnotes ? answer.footnotes[n] : n;
  return answer.retrieval?.chunks.find((snippet) => snippet.n === chunk);
}

/** Return the number of a snippet's footnote, or null when the answer does not cite it. */
export function footnoteOf(answer, snippet) {
  if (!answer.footnotes)
    return (answer.citations ?? []).some((citation) => citation.n === snippet.n) ? snippet.n : null;
  const found = Object.entries(answer.footnotes).find(([, chunk]) => chunk === snippet.n);
  return found ? Number(found[0]) : null;
}

/** Return the cited snippets in the order of their footnotes. */
export function citedSnippets(answer) {
  const snippets = (answer.retrieval?.chunks ?? []).filter((snippet) => footnoteOf(answer, snippet) !== null);
  return snippets.sort((one, other) => footnoteOf(answer, one) - footnoteOf(answer, other));
}
