/** Shows the snippets of one answer in the panel next to it: cited ones first, then those that were not used. */

import { byId, element, plural } from "./dom.js";
import { citedSnippets, footnoteOf } from "./footnotes.js";
import { closePreview, openPreview, wirePreview } from "./preview.js";
import { foldCard, isUnfolded, showQuote, snippetCard, sourceAddress, unfoldCard } from "./snippet.js";

const OVERLAY = matchMedia("(max-width: 1199px)");
const MODES = { hybrid: "Hybrid search", semantic: "Search by meaning", lexical: "Search by words" };

let shownTurn = null;
let shownKey = "";
/** The turn whose growing answer the panel was turned to. */
let followedTurn = null;
/** The snippets that open in the preview, in the order of their cards. */
let openable = [];
/** @type {HTMLElement | null} */
let returnFocusTo = null;

/** Make the panel's buttons work. */
export function wireSources() {
  byId("sources-button").addEventListener("click", () => (isOpen() ? closeSources() : openSources()));
  byId("sources-close").addEventListener("click", closeSources);
  wirePreview({ onClose: ({ snippet }) => focusCard(snippet) });
  byId("sources").addEventListener("keydown", (event) => {
    moveToCard(event);
    if (event.key !== "Escape") return;
    event.preventDefault();
    closeSources();
  });
}

/** Show the snippets of a turn, or nothing when there is none; keep the panel open or closed as it is. */
export function showSources(turn) {
  if (turn !== shownTurn) closePreview();
  shownTurn = turn;
  shownKey = keyOf(turn);
  const snippets = turn?.answer.retrieval?.chunks ?? [];
  byId("sources-count").textContent = String(snippets.length);
  byId("sources-body").replaceChildren(...panelNodes(turn, snippets));
  if (isOpen()) foldCards();
}

/** Show the same turn again as it is now; its cards stay as the reader left them. */
function refreshSources() {
  if (keyOf(shownTurn) === shownKey) return;
  const left = cards().map(leftBehind);
  const { scrollTop } = byId("sources-body");
  showSources(shownTurn);
  for (const card of cards())
    leaveAs(
      card,
      left.find(({ chunk }) => chunk === card.dataset.chunk),
    );
  byId("sources-body").scrollTop = scrollTop;
}

/** What a panel is made of: without a change in it, its cards need not be made again. */
function keyOf(turn) {
  return JSON.stringify([turn?.answer.retrieval, turn?.answer.citations, turn?.answer.footnotes, turn?.answer.state]);
}

function leftBehind(card) {
  const { activeElement } = document;
  return {
    chunk: card.dataset.chunk,
    isChosen: card.classList.contains("focused"),
    isUnfolded: isUnfolded(card),
    // The card itself, its link or its button.
    focus: card.contains(activeElement) ? focusables(card).indexOf(activeElement) : -1,
  };
}

function leaveAs(card, left) {
  if (!left) return;
  card.classList.toggle("focused", left.isChosen);
  if (left.isUnfolded) unfoldCard(card);
  focusables(card)[left.focus]?.focus({ preventScroll: true });
}

function focusables(card) {
  return [card, card.querySelector(".card-more"), card.querySelector(".card-open")];
}

function cards() {
  return [...byId("sources-body").querySelectorAll(".card")].filter((card) => card instanceof HTMLElement);
}

function foldCards() {
  for (const card of cards()) foldCard(card);
}

/**
 * Show the snippets of an answer that grows; on wide screens the panel opens. After that it is the reader's: a panel
 * that was closed stays closed, and the sources of another answer stay on show.
 */
export function followSources(turn) {
  if (turn === shownTurn) refreshSources();
  else if (turn !== followedTurn) showSources(turn);
  if (turn === followedTurn) return;
  followedTurn = turn;
  if (!OVERLAY.matches && turn.answer.retrieval?.chunks.length) openSources({ focus: false });
}

/** Open the panel at the card of a marker of this turn. */
export function focusSnippet(turn, n) {
  if (turn !== shownTurn) showSources(turn);
  closePreview();
  openSources({ focus: false });
  for (const card of cards()) card.classList.toggle("focused", card.dataset.n === String(n));
  const card = cards().find((candidate) => candidate.dataset.n === String(n));
  if (card) showQuote(card);
  card?.scrollIntoView({ block: "nearest", behavior: calm() ? "auto" : "smooth" });
  card?.focus({ preventScroll: true });
}

/** Open the panel; over the page, the focus goes into it. */
export function openSources({ focus = OVERLAY.matches } = {}) {
  const { activeElement } = document;
  if (!isOpen()) returnFocusTo = activeElement instanceof HTMLElement ? activeElement : null;
  byId("sources").hidden = false;
  byId("page").classList.add("has-sources");
  byId("sources-button").setAttribute("aria-expanded", "true");
  // Only what is laid out has a height.
  foldCards();
  if (focus) byId("sources-close").focus();
}

/** Close the panel and give the focus back to where it was. */
export function closeSources() {
  const hadFocus = byId("sources").contains(document.activeElement);
  closePreview();
  byId("sources").hidden = true;
  byId("page").classList.remove("has-sources");
  byId("sources-button").setAttribute("aria-expanded", "false");
  if (hadFocus) (returnFocusTo?.isConnected ? returnFocusTo : byId("sources-button")).focus();
}

/** The arrow keys go from one cited source to the next. */
function moveToCard(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const at = cards().indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const next = step && at >= 0 ? cards()[at + step] : null;
  if (!next?.dataset.n || !shownTurn) return;
  event.preventDefault();
  focusSnippet(shownTurn, Number(next.dataset.n));
}

function isOpen() {
  return !byId("sources").hidden;
}

function calm() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

function panelNodes(turn, snippets) {
  if (!snippets.length) return [element("p", { class: "sources-summary" }, emptySentence(turn))];
  const citations = turn.answer.citations ?? [];
  // Until the citations have come, nothing can be called unused.
  const isSettled = turn.answer.citations !== null || turn.answer.state === "done";
  const used = isSettled ? citedSnippets(turn.answer) : snippets;
  const unused = snippets.filter((snippet) => !used.includes(snippet));
  const citationsOf = (snippet) => citations.filter((citation) => citation.chunk_id === snippet.chunk_id);
  const card = (snippet) =>
    snippetCard(snippet, {
      number: footnoteOf(turn.answer, snippet),
      citations: citationsOf(snippet),
      question: turn.question,
      isCited: used.includes(snippet),
      onOpen: () => preview(snippet),
    });
  openable = [...used, ...unused]
    .map((snippet) => ({
      snippet,
      address: sourceAddress(snippet, citationsOf(snippet)),
      label: labelOf(turn, snippet),
    }))
    .filter(({ address }) => address);
  return [
    element("p", { class: "sources-summary" }, summary(turn.answer.retrieval), ...inspectLink(turn.answer.retrieval)),
    ...used.map(card),
    unused.length > 0 && element("h3", { class: "sources-unused" }, "Found but not used in the answer"),
    ...unused.map(card),
  ].filter(Boolean);
}

function inspectLink({ retrieval_id: retrievalId }) {
  if (!retrievalId) return [];
  const address = `/retrievals/${encodeURIComponent(retrievalId)}`;
  return [" ", element("a", { href: address, target: "_blank", rel: "noopener" }, "How it was found")];
}

function labelOf(turn, snippet) {
  const number = footnoteOf(turn.answer, snippet);
  return number === null ? "Not used" : `Source ${number}`;
}

/** Show the document of a card beside the answer. */
function preview(snippet) {
  openPreview(
    openable,
    openable.findIndex((one) => one.snippet === snippet),
  );
}

function focusCard(snippet) {
  const card = cards().find(({ dataset }) => dataset.chunk === String(snippet.n));
  card?.scrollIntoView({ block: "nearest" });
  const link = card?.querySelector(".card-open");
  if (link instanceof HTMLElement) link.focus({ preventScroll: true });
}

function emptySentence(turn) {
  if (!turn) return "Ask a question: the passages that its answer rests on appear here.";
  if (turn.answer.retrieval?.files) return "This answer was read off the list of the files.";
  return turn.answer.retrieval ? "No passage was close enough to the question." : "This answer used no documents.";
}

function summary({ mode, files_searched: filesSearched, chunks, search_ms: searchMs }) {
  const where = filesSearched === undefined ? "" : ` of ${plural(filesSearched, "document")}`;
  const time = searchMs === undefined ? "" : ` in ${Math.round(searchMs)} ms`;
  return `${MODES[mode] ?? "Search"}${where} found ${plural(chunks.length, "passage")}${time}.`;
}
