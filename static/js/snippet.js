/** Shows one snippet as a card: where it comes from, its text with the quotes marked, how well it matched. */

import { capitalized, element } from "./dom.js";
import { showMarkdown } from "./markdown.js";
import { markQuotes, markWords } from "./quotes.js";
import { joinedLines } from "./running-text.js";
import { verdictsOf } from "./verdicts.js";

const STRONG = 0.75;
const GOOD = 0.5;
// A quote is shown one line below the edge of its card's text.
const LINE = 22;

/** Return "leave-policy.md, page 3", the name a marker gives its source. */
export function sourceName(snippet) {
  const place = pagesOf(snippet) ?? snippet.heading;
  return place ? `${snippet.filename}, ${place}` : snippet.filename;
}

/** Return the card of a snippet; its link calls `onOpen`, or opens the passage in a new tab. */
export function snippetCard(snippet, { number, citations, question, isCited, onOpen }) {
  const heading = element("h3", { class: "card-name" }, element("bdi", {}, snippet.filename ?? "Untitled"));
  const place = placeOf(snippet);
  return element(
    "article",
    {
      class: isCited ? "card" : "card card-unused",
      "data-n": number ?? "",
      "data-chunk": snippet.n,
      tabindex: -1,
      "aria-label": `${number === null ? "Passage" : `Source ${number}`}: ${sourceName(snippet)}`,
    },
    element("span", { class: "card-number", "aria-hidden": "true" }, number === null ? "–" : String(number)),
    element("div", { class: "card-head" }, heading, place && element("p", { class: "card-place", dir: "auto" }, place)),
    verdictList(citations),
    ...passageNodes(snippet, { citations, question, isCited }),
    cardFoot(snippet, citations, onOpen),
  );
}

/** Scroll a card's text so that the first mark is seen; offer the rest of a text that is longer than the card. */
export function foldCard(card) {
  const { text, more } = partsOf(card);
  more.hidden = text.scrollHeight <= text.clientHeight + 1;
  showQuote(card);
}

/** Scroll to the quote inside a card. */
export function showQuote(card) {
  const text = card.querySelector(".card-text");
  const mark = text.querySelector("mark");
  if (!mark) return;
  text.scrollTop = 0;
  const { top, bottom } = text.getBoundingClientRect();
  const place = mark.getBoundingClientRect();
  if (place.bottom > bottom) text.scrollTop = place.top - top - LINE;
}

function verdictList(citations) {
  const verdicts = verdictsOf(citations);
  if (!verdicts.length) return null;
  const items = verdicts.map(({ name, sign, words }) =>
    element(
      "li",
      { class: `verdict verdict-${name}` },
      element("span", { "aria-hidden": "true" }, sign),
      capitalized(words),
    ),
  );
  return element("ul", { class: "card-verdicts", "aria-label": "Checked" }, ...items);
}

function passageNodes(snippet, { citations, question, isCited }) {
  const text = element("div", { class: "card-text folded", dir: "auto" });
  showMarkdown(text, joinedLines(snippet.text), () => null);
  if (isCited)
    markQuotes(
      text,
      citations.map((citation) => citation.quote ?? ""),
    );
  else markWords(text, question);
  const more = element(
    "button",
    { class: "card-more", type: "button", "aria-expanded": "false", hidden: true },
    "Show all",
  );
  more.addEventListener("click", () => setFolded({ text, more }, !text.classList.contains("folded")));
  return [text, more];
}

/** Return whether a card shows the whole of its text. */
export function isUnfolded(card) {
  return !partsOf(card).text.classList.contains("folded");
}

/** Show the whole text of a card. */
export function unfoldCard(card) {
  const parts = partsOf(card);
  parts.more.hidden = false;
  setFolded(parts, false);
}

function partsOf(card) {
  return { text: card.querySelector(".card-text"), more: card.querySelector(".card-more") };
}

function setFolded({ text, more }, isFolded) {
  text.classList.toggle("folded", isFolded);
  more.textContent = isFolded ? "Show all" : "Show less";
  more.setAttribute("aria-expanded", String(!isFolded));
}

/** Return "page 3 · Parental leave", as far as it is known. */
export function placeOf(snippet) {
  const others = (snippet.also_in ?? []).map((same) => same.filename).join(", ");
  return [pagesOf(snippet), snippet.heading, others && `also in ${others}`].filter(Boolean).join(" · ");
}

function pagesOf({ page, page_end: pageEnd }) {
  if (!page) return null;
  return pageEnd && pageEnd !== page ? `pages ${page}-${pageEnd}` : `page ${page}`;
}

/** Return where the passage can be read, at its quotes. Older conversations have no links, and the page asks for a key. */
export function sourceAddress(snippet, citations) {
  if (!snippet.file_id) return null;
  const address = citations[0]?.url ?? snippet.url;
  const plain = `/sources/${encodeURIComponent(snippet.file_id)}?chunk=${encodeURIComponent(snippet.chunk_id ?? "")}#passage`;
  return address && new URL(address, location.href).origin === location.origin ? address : plain;
}

function cardFoot(snippet, citations, onOpen) {
  const address = sourceAddress(snippet, citations);
  const open =
    address &&
    element(
      "a",
      {
        class: "card-open",
        href: address,
        target: "_blank",
        rel: "noopener",
        "aria-label": `Open ${snippet.filename}`,
        click: (event) => {
          // A click that asks for another tab or window gets it.
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          onOpen();
        },
      },
      "Open",
    );
  return element("div", { class: "card-foot" }, ...scoreNodes(snippet.score), open);
}

function scoreNodes(score) {
  if (typeof score !== "number") return [];
  const strength = score >= STRONG ? "Strong" : score >= GOOD ? "Good" : "Weak";
  const fill = element("span", { class: "score-fill" });
  fill.style.setProperty("inline-size", `${Math.round(Math.min(Math.max(score, 0), 1) * 100)}%`);
  return [
    element("span", { class: `score-bar score-${strength.toLowerCase()}`, "aria-hidden": "true" }, fill),
    element("span", { class: "score-label" }, `${strength} match`),
    element("span", { class: "score-number" }, score.toFixed(2)),
  ];
}
