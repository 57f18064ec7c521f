/** Marks in a shown passage what matters: the quotes of citations, or the words of the question. */

import { element } from "./dom.js";
import { showMarkdown } from "./markdown.js";

const SHORTEST_WORD = 4;
// Fewer words stand in a passage by chance.
const FEWEST_WORDS = 4;
// Scripts without spaces have no words to count.
const FEWEST_LETTERS_UNSPACED = 8;
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u;
const BLOCKS = "P, LI, H3, H4, H5, H6, TD, TH, PRE, BLOCKQUOTE, BR";

/** Mark the quotes of four words or more, in whole words. */
export function markQuotes(container, quotes) {
  const shown = textOf(container);
  const ranges = quotes
    .map(plainText)
    .filter(isLongEnough)
    .map((quote) => rangeOf(shown.text, quote))
    .filter(Boolean);
  markRanges(shown, ranges);
}

/** Mark the words of the question. */
export function markWords(container, question) {
  const shown = textOf(container);
  const words = new Set(wordsOf(question).map((word) => word.text));
  const ranges = wordsOf(shown.text).filter((word) => words.has(word.text));
  markRanges(
    shown,
    ranges.map((word) => [word.start, word.end]),
  );
}

/** Return what a reader sees of Markdown, in one line. */
export function plainText(source) {
  const container = element("div");
  showMarkdown(container, source, () => null);
  return textOf(container).text.trim();
}

function isLongEnough(quote) {
  if (UNSPACED.test(quote)) return [...quote].length >= FEWEST_LETTERS_UNSPACED;
  return quote.split(/\s+/).length >= FEWEST_WORDS;
}

/** Return the text of all nodes, blocks with a space between them, and where in it each node begins. */
function textOf(container) {
  const walker = document.createTreeWalker(container, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  const nodes = [];
  let text = "";
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node instanceof Text) {
      nodes.push({ node, start: text.length });
      text += node.data;
    } else if (text && !/\s$/.test(text) && node instanceof Element && node.matches(BLOCKS)) text += " ";
  }
  return { text, nodes };
}

function wordsOf(text) {
  return [...text.matchAll(/[\p{L}\p{N}]+/gu)]
    .filter(([word]) => word.length >= SHORTEST_WORD)
    .map((found) => ({ text: found[0].toLowerCase(), start: found.index, end: found.index + found[0].length }));
}

/** White space, case and the lines between a table's cells may differ between a quote and the stored text. */
function rangeOf(text, quote) {
  const words = quote
    .split(/\s+/)
    .filter((word) => word !== "|")
    .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const found = new RegExp(words.join("[\\s|]+"), "iu").exec(text);
  return found && wholeWords(text, found.index, found.index + found[0].length);
}

function wholeWords(text, start, end) {
  if (UNSPACED.test(text.slice(start, end))) return [start, end];
  const before = /[\p{L}\p{N}]+$/u.exec(text.slice(0, start));
  const after = /^[\p{L}\p{N}]+/u.exec(text.slice(end));
  const isInWord = (at) => /[\p{L}\p{N}]/u.test(text[at] ?? "");
  return [
    before && isInWord(start) ? start - before[0].length : start,
    after && isInWord(end - 1) ? end + after[0].length : end,
  ];
}

/** Put marks round the ranges of the text, in as many pieces as there are nodes. */
function markRanges({ text, nodes }, ranges) {
  for (const [start, end] of joined(text, ranges).reverse()) {
    for (const { node, start: first } of nodes.toReversed()) {
      const from = Math.max(start - first, 0);
      const to = Math.min(end - first, node.data.length);
      if (from < to && node.data.slice(from, to).trim()) surround(node, from, to);
    }
  }
}

function surround(node, from, to) {
  const range = document.createRange();
  range.setStart(node, from);
  range.setEnd(node, to);
  range.surroundContents(element("mark"));
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
