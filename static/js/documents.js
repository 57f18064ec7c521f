/** The documents dialog: the files of the chosen store, with what became of each. */

import { fetchVectorStoreFiles, readAgain } from "./api.js";
import { deleteLater, finishDeletions, isLeaving, undoDeletion, wireDeletions } from "./deletions.js";
import { documentName, documentRow, leavingRow, sizeText } from "./document.js";
import { announce, byId, plural } from "./dom.js";
import { errorCard, noticeCard } from "./notices.js";
import { showStoreBar, wireStoreBar } from "./store-bar.js";
import { chosenStore } from "./stores.js";

const FIRST_LOOK_MS = 1500;
const LATEST_LOOK_MS = 10_000;

let listedStoreId = null;
let pages = 1;
/** @type {any[]} */
let files = [];
let rows = new Map();
let look = 0;
let pause = FIRST_LOOK_MS;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let nextLook;

/** Make the dialog work; `onChanged` is to list the stores again. */
export function wireDocuments({ onChanged }) {
  const dialog = byId("documents", HTMLDialogElement);
  byId("open-documents").addEventListener("click", () => {
    dialog.showModal();
    // What is added from here is seen here.
    byId("documents-uploads").append(byId("uploads"));
    showDocuments();
  });
  dialog.addEventListener("close", () => {
    byId("dock").prepend(byId("uploads"));
    clearTimeout(nextLook);
    finishDeletions();
  });
  byId("documents-more").addEventListener("click", () => {
    pages += 1;
    showDocuments();
  });
  wireDeletions({ onDeleted: onChanged, onFailed: showNotDeleted });
  wireStoreBar({ onChanged, onFailed: (error) => showNotice("That did not work", error) });
}

/** Show the files of the chosen store in the dialog, if it is open. */
export async function showDocuments() {
  if (!isOpen()) return;
  showStoreBar();
  const store = chosenStore();
  if (store?.id !== listedStoreId) startOver(store);
  clearTimeout(nextLook);
  look += 1;
  const own = look;
  try {
    const { listed, hasMore } = store ? await fetchPages(store.id) : { listed: [], hasMore: false };
    if (own !== look || !isOpen()) return;
    files = listed;
    byId("documents-notice").querySelector(".notice-countdown")?.closest(".notice")?.remove();
    byId("documents-more").hidden = !hasMore;
    showRows(hasMore);
    lookAgainLater();
  } catch (error) {
    if (own === look)
      byId("documents-notice").replaceChildren(errorCard(error, { onRetry: showDocuments, isAutomatic: true }));
  }
}

/** Show how many files the chosen store has, beside the button; hidden when that is not known. */
export function showDocumentsCount(store) {
  const count = store?.file_counts?.completed;
  byId("document-count").hidden = count === undefined;
  byId("document-count").textContent = count === undefined ? "" : String(count);
}

function isOpen() {
  return byId("documents", HTMLDialogElement).open;
}

function startOver(store) {
  finishDeletions();
  listedStoreId = store?.id ?? null;
  pages = 1;
  pause = FIRST_LOOK_MS;
  files = [];
  rows = new Map();
  byId("document-list").replaceChildren();
  byId("documents-notice").replaceChildren();
}

async function fetchPages(storeId) {
  const listed = [];
  let hasMore = true;
  for (let page = 0; page < pages && hasMore; page += 1) {
    const found = await fetchVectorStoreFiles(storeId, { after: listed.at(-1)?.id });
    listed.push(...(found?.data ?? []));
    hasMore = Boolean(found?.has_more);
  }
  return { listed, hasMore };
}

/** While a file is read, look again, less and less often: each look is a request of the reader's. */
function lookAgainLater() {
  if (!files.some((file) => file.status === "in_progress")) {
    pause = FIRST_LOOK_MS;
    return;
  }
  nextLook = setTimeout(showDocuments, pause);
  pause = Math.min(pause * 1.5, LATEST_LOOK_MS);
}

/** Rows that did not change keep their elements, and the focus in them. */
function showRows(hasMore) {
  const kept = new Map();
  for (const file of files) {
    const key = JSON.stringify([file, isLeaving(file.id)]);
    const old = rows.get(file.id);
    kept.set(file.id, old?.key === key ? old : { key, node: rowOf(file) });
  }
  const focused = focusedButton();
  rows = kept;
  byId("document-list").replaceChildren(...[...kept.values()].map((row) => row.node));
  if (focused) giveFocusBack(focused);
  byId("documents-summary").textContent = summary(hasMore);
}

/** @returns {{ at: number, button: HTMLElement } | null} */
function focusedButton() {
  const button = document.activeElement;
  const row = button?.closest("#document-list > li");
  if (!row || !(button instanceof HTMLElement)) return null;
  return { at: [...byId("document-list").children].indexOf(row), button };
}

function giveFocusBack({ at, button }) {
  if (button.isConnected) {
    button.focus();
    return;
  }
  const list = byId("document-list").children;
  const place = list[Math.min(at, list.length - 1)]?.querySelector("button:last-of-type");
  (place instanceof HTMLElement ? place : byId("documents-add")).focus();
}

function rowOf(file) {
  if (isLeaving(file.id)) return leavingRow(file, { onUndo: undo });
  return documentRow(file, { onRetry: retry, onDelete: remove });
}

function remove(file) {
  if (listedStoreId === null) return;
  deleteLater(listedStoreId, file.id);
  showRows(!byId("documents-more").hidden);
  announce(`${documentName(file)} is deleted. It can be undone.`);
}

function undo(file) {
  undoDeletion(file.id);
  showRows(!byId("documents-more").hidden);
  announce(`${documentName(file)} is kept.`);
}

async function retry(file) {
  try {
    await readAgain(listedStoreId, file);
    pause = FIRST_LOOK_MS;
    await showDocuments();
  } catch (error) {
    showNotice(`${documentName(file)} cannot be read again`, error);
  }
}

function showNotDeleted(fileId, error) {
  const file = files.find((one) => one.id === fileId);
  showNotice(`${file ? documentName(file) : fileId} was not deleted`, error);
}

function showNotice(title, error) {
  byId("documents-notice").replaceChildren(noticeCard({ tone: "danger", title, text: error.message }));
}

function summary(hasMore) {
  const present = files.filter((file) => !isLeaving(file.id));
  if (!present.length) return "No documents yet. Add files here, or drop them anywhere on the page.";
  const count = (status) => present.filter((file) => file.status === status).length;
  const bytes = present.reduce((sum, file) => sum + (file.bytes ?? 0), 0);
  return [
    hasMore ? `The newest ${plural(present.length, "document")}` : plural(present.length, "document"),
    count("in_progress") > 0 && `${count("in_progress")} being read`,
    count("failed") > 0 && `${count("failed")} failed`,
    sizeText(bytes),
  ]
    .filter(Boolean)
    .join(" · ");
}
