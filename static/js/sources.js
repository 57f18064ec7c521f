// The panel that shows where an answer comes from: cited passages first, then what was found besides.

import { download } from "./api.js";
import { $, element } from "./dom.js";

let shown = null;

export function openSources(open) {
  $("sources").hidden = !open;
  $("toggle-sources").setAttribute("aria-expanded", String(open));
}

export function showSources(turn, storeName) {
  shown = turn;
  const found = turn?.retrieval;
  const chunks = found?.chunks ?? [];
  const citations = turn?.citations ?? [];
  const used = new Set(citations.map((citation) => citation.n));
  $("source-count").textContent = String(chunks.length);
  $("sources-summary").textContent = found
    ? `${capital(found.mode)} search of ${plural(found.files_searched, "document")}${storeName ? ` in ${storeName}` : ""} found ${plural(chunks.length, "passage")}.`
    : "Ask something to see the passages an answer comes from.";
  const settled = turn?.done && used.size > 0;
  const cited = settled ? chunks.filter((chunk) => used.has(chunk.n)) : chunks;
  const unused = settled ? chunks.filter((chunk) => !used.has(chunk.n)) : [];
  $("source-cards").replaceChildren(...cited.map((chunk) => card(chunk, citations, false)));
  $("unused-cards").replaceChildren(...unused.map((chunk) => card(chunk, citations, true)));
  $("unused-title").hidden = unused.length === 0;
}

export function focusSource(turn, number, storeName) {
  if (shown !== turn) showSources(turn, storeName);
  openSources(true);
  for (const other of document.querySelectorAll(".card.focused")) other.classList.remove("focused");
  const target = document.querySelector(`.card[data-n="${number}"]`);
  target?.classList.add("focused");
  target?.scrollIntoView({ block: "nearest", behavior: "smooth" });
  target?.focus({ preventScroll: true });
}

export function place(chunk) {
  return [chunk.page ? `page ${chunk.page}` : "", chunk.heading ?? ""].filter(Boolean).join(" · ");
}

function card(chunk, citations, unused) {
  const quotes = citations.filter((citation) => citation.n === chunk.n && citation.quote).map((citation) => citation.quote);
  const head = element("div", { className: "card-head" },
    element("span", { className: "number", text: String(chunk.n) }),
    element("span", {}, element("b", { text: chunk.filename, dir: "auto" }), element("span", { className: "where", text: place(chunk) || chunk.source || "" })));
  return element("li", { className: unused ? "card unused" : "card", "data-n": chunk.n, tabindex: "-1" },
    head, highlighted(chunk.text, quotes), foot(chunk));
}

function highlighted(text, quotes) {
  const spans = quotes.map((quote) => [text.indexOf(quote), quote.length]).filter(([at]) => at >= 0).sort((a, b) => a[0] - b[0]);
  const shownText = element("div", { className: "text", dir: "auto" });
  let last = 0;
  for (const [at, length] of spans) {
    if (at < last) continue;
    shownText.append(text.slice(last, at), element("mark", { text: text.slice(at, at + length) }));
    last = at + length;
  }
  shownText.append(text.slice(last));
  return shownText;
}

function foot(chunk) {
  const [label, kind] = chunk.score >= 0.75 ? ["Strong match", ""] : chunk.score >= 0.4 ? ["Good match", "good"] : ["Weak match", "weak"];
  const bar = element("i");
  bar.style.setProperty("--share", `${Math.round(chunk.score * 100)}%`);
  const open = element("button", { className: "open", type: "button", text: "Open", "aria-label": `Open ${chunk.filename}` });
  open.addEventListener("click", () => download(chunk.file_id, chunk.filename).catch((error) => { open.textContent = error.message; }));
  return element("div", { className: "card-foot" },
    element("span", { className: `meter ${kind}` }, bar), element("b", { text: label }),
    element("span", { className: "muted", text: chunk.score.toFixed(2) }), open);
}

export const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;
const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1);
