/** Finds in a snippet's text what to mark: the quotes of citations, or the words of the question. Pure. */

const SHORTEST_WORD = 4;

/** Return the text cut into parts, those inside a quote marked. */
export function markQuotes(text, quotes) {
  return cut(text, quotes.map((quote) => rangeOf(text, quote)).filter(Boolean));
}

/** Return the text cut into parts, words of the question marked. */
export function markWords(text, question) {
  const words = new Set(wordsOf(question).map((word) => word.text));
  const ranges = wordsOf(text)
    .filter((word) => words.has(word.text))
    .map((word) => [word.start, word.end]);
  return cut(text, ranges);
}

function wordsOf(text) {
  return [...text.matchAll(/[\p{L}\p{N}]+/gu)]
    .filter(([word]) => word.length >= SHORTEST_WORD)
    .map((found) => ({ text: found[0].toLowerCase(), start: found.index, end: found.index + found[0].length }));
}

function rangeOf(text, quote) {
  const wanted = quote.trim();
  if (!wanted) return null;
  const start = text.indexOf(wanted);
  if (start >= 0) return [start, start + wanted.length];
  return looseRangeOf(text, wanted);
}

/** White space and case may differ between a quote and the stored text. */
function looseRangeOf(text, wanted) {
  const words = wanted.split(/\s+/).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const found = new RegExp(words.join("\\s+"), "iu").exec(text);
  return found && [found.index, found.index + found[0].length];
}

function cut(text, ranges) {
  const parts = [];
  let at = 0;
  for (const [start, end] of joined(text, ranges)) {
    parts.push({ text: text.slice(at, start), isMarked: false }, { text: text.slice(start, end), isMarked: true });
    at = end;
  }
  return [...parts, { text: text.slice(at), isMarked: false }].filter((part) => part.text);
}

/** Ranges that touch, or have only a space between them, become one. */
function joined(text, ranges) {
  const out = [];
  for (const [start, end] of ranges.toSorted((left, right) => left[0] - right[0])) {
    const last = out.at(-1);
    if (last && (start <= last[1] || !text.slice(last[1], start).trim())) last[1] = Math.max(last[1], end);
    else out.push([start, end]);
  }
  return out;
}
