/** Adds files to the chosen store, by choosing, dropping or pasting them, two at a time. */

import { byId, plural } from "./dom.js";
import { filesOf, isWanted } from "./gathering.js";
import { Upload } from "./upload.js";

const MOST_AT_ONCE = 2;
// More rows than these are folded into one line.
const MOST_ROWS = 4;

/** @type {Upload[]} */
const waiting = [];
/** All uploads since the list was empty, those that have cleared away too.
 * @type {Upload[]} */
let batch = [];
let running = 0;
let callbacks = {};

/** Make adding files work; `chosenStore()` names the store, the others hear how an upload ended. */
export function wireUploads({ chosenStore, onIngested, onError }) {
  callbacks = { chosenStore, onIngested, onError };
  for (const buttonId of ["attach", "choose-files", "documents-add"]) {
    byId(buttonId).addEventListener("click", () => byId("file-input").click());
  }
  byId("documents-add-folder").addEventListener("click", () => byId("folder-input").click());
  for (const inputId of ["file-input", "folder-input"]) wireInput(byId(inputId, HTMLInputElement));
  wireDrop();
  addEventListener("paste", async (event) => {
    if (!event.clipboardData?.files.length) return;
    event.preventDefault();
    addFiles(await filesOf(event.clipboardData));
  });
}

/** Queue the files for upload, each with a row of its own. */
export function addFiles(files) {
  const store = callbacks.chosenStore();
  for (const file of files) {
    const upload = new Upload(file, store, {
      onChanged: showFold,
      onGone: (gone) => {
        batch = batch.filter((one) => one !== gone);
      },
      onIngested: callbacks.onIngested,
      onError: callbacks.onError,
      onAgain: enqueue,
    });
    batch.push(upload);
    waiting.push(upload);
  }
  showFold();
  startNext();
}

/** Return how many of the files that are being added cannot be found yet. */
export function countUnread() {
  return batch.filter(({ state }) => state !== "ready" && state !== "failed").length;
}

function enqueue(upload) {
  waiting.push(upload);
  startNext();
}

function wireInput(input) {
  input.addEventListener("change", () => {
    addFiles([...input.files].filter(isWanted));
    input.value = "";
  });
}

/** Many rows are one line, which opens. */
function showFold() {
  const rows = byId("upload-list").children.length;
  if (!rows) batch = [];
  const box = byId("uploads", HTMLDetailsElement);
  const line = byId("uploads-summary");
  const isFolded = !line.hidden;
  box.hidden = rows === 0;
  line.hidden = rows <= MOST_ROWS;
  if (line.hidden) box.open = true;
  else if (!isFolded) box.open = false;
  line.textContent = summary();
}

function summary() {
  const count = (state) => batch.filter((upload) => upload.state === state).length;
  const failed = count("failed") ? ` · ${count("failed")} failed` : "";
  const files = plural(batch.length, "file");
  return `${countUnread() ? `Adding ${files}` : files}: ${count("ready")} ready${failed}`;
}

function wireDrop() {
  const veil = byId("drop-veil");
  const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
  const show = (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    byId("drop-veil-text").textContent =
      `Drop files or folders to add them to ${callbacks.chosenStore()?.name || "your documents"}`;
    veil.hidden = false;
  };
  addEventListener("dragenter", show);
  addEventListener("dragover", show);
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) veil.hidden = true;
  });
  addEventListener("drop", async (event) => {
    veil.hidden = true;
    if (!carriesFiles(event)) return;
    event.preventDefault();
    for (const dialog of document.querySelectorAll("dialog")) dialog.close();
    addFiles(await filesOf(event.dataTransfer));
  });
}

function startNext() {
  while (running < MOST_AT_ONCE && waiting.length) {
    running += 1;
    /** @type {Upload} */ (waiting.shift()).run().finally(() => {
      running -= 1;
      startNext();
    });
  }
}
