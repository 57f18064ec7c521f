/** Adds files to the chosen store, by choosing or dropping them, and shows how far each one is. */

import { ApiError, envelopeError } from "./api.js";
import { announce, byId, element, plural } from "./dom.js";
import { icon } from "./icons.js";
import { authorization } from "./key.js";

const MOST_AT_ONCE = 2;
// More rows than these are folded into one line.
const MOST_ROWS = 4;
const READY_SHOWN_MS = 6000;

/** @type {Upload[]} */
const waiting = [];
/** All uploads since the list was empty, those that have cleared away too.
 * @type {Upload[]} */
let batch = [];
let running = 0;
let callbacks = {};

/** Make choosing and dropping work; `chosenStore()` names the store, the others hear how an upload ended. */
export function wireUploads({ chosenStore, onIngested, onError }) {
  callbacks = { chosenStore, onIngested, onError };
  const input = byId("file-input", HTMLInputElement);
  for (const buttonId of ["attach", "choose-files", "documents-add"]) {
    byId(buttonId).addEventListener("click", () => input.click());
  }
  input.addEventListener("change", () => {
    addFiles(input.files);
    input.value = "";
  });
  wireDrop();
}

/** Queue the files for upload, each with a row of its own. */
export function addFiles(files) {
  for (const file of files) {
    const upload = new Upload(file);
    batch.push(upload);
    waiting.push(upload);
  }
  showFold();
  startNext();
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
  return `Adding ${plural(batch.length, "file")}: ${count("ready")} ready${failed}`;
}

function wireDrop() {
  const veil = byId("drop-veil");
  const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
  const show = (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    byId("drop-veil-text").textContent =
      `Drop files to add them to ${callbacks.chosenStore()?.name || "your documents"}`;
    veil.hidden = false;
  };
  addEventListener("dragenter", show);
  addEventListener("dragover", show);
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) veil.hidden = true;
  });
  addEventListener("drop", (event) => {
    veil.hidden = true;
    if (!carriesFiles(event)) return;
    event.preventDefault();
    for (const dialog of document.querySelectorAll("dialog")) dialog.close();
    addFiles(event.dataTransfer?.files ?? []);
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

/** One file on its way: its row on the page and its request. */
class Upload {
  constructor(file) {
    this.file = file;
    this.request = new XMLHttpRequest();
    this.isDismissed = false;
    this.state = "waiting";
    this.sign = element("span", { class: "upload-sign" }, icon("file"));
    this.note = element("span", { class: "upload-note" }, "Waiting…");
    this.bar = element("progress", { class: "upload-bar", max: 100, value: 0, "aria-label": `Upload of ${file.name}` });
    const dismiss = element(
      "button",
      { class: "icon-button", type: "button", "aria-label": `Dismiss ${file.name}`, click: () => this.dismiss() },
      icon("close"),
    );
    this.again = element(
      "button",
      { class: "icon-button", type: "button", "aria-label": `Try ${file.name} again`, click: () => this.#retry() },
      icon("again"),
    );
    this.again.hidden = true;
    const line = element(
      "div",
      { class: "upload-line" },
      this.sign,
      element("bdi", { class: "upload-name", title: file.name }, file.name),
      this.note,
      this.again,
      dismiss,
    );
    this.row = element("li", { class: "upload", "data-state": "waiting" }, line, this.bar);
    byId("upload-list").append(this.row);
  }

  dismiss() {
    this.isDismissed = true;
    this.request.abort();
    batch = batch.filter((upload) => upload !== this);
    this.#clearAway();
  }

  #clearAway() {
    this.row.remove();
    showFold();
  }

  #retry() {
    this.request = new XMLHttpRequest();
    this.#show("waiting", "file", "Waiting…");
    waiting.push(this);
    startNext();
  }

  async run() {
    if (this.isDismissed) return;
    try {
      const [ingested] = (await this.#send()).data;
      const chunks = ingested.chunks === undefined ? "" : ` · ${plural(ingested.chunks, "passage")}`;
      this.#show("ready", "check", `Ready${chunks}${ingested.reused ? " · already here" : ""}`);
      const warnings = ingested.warnings ?? [];
      this.row.append(...warnings.map((warning) => element("p", { class: "document-warning" }, warning)));
      if (!warnings.length) this.#clearAwayLater();
      announce(`${this.file.name} is ready.`);
    } catch (error) {
      if (this.isDismissed) return;
      this.#show("failed", "warning", error.message);
      announce(`${this.file.name}: ${error.message}`);
      callbacks.onError(error);
    }
  }

  /** A row in use stays. */
  #clearAwayLater() {
    setTimeout(() => {
      if (this.row.matches(":hover, :focus-within")) this.#clearAwayLater();
      else this.#clearAway();
    }, READY_SHOWN_MS);
  }

  #show(state, sign, note) {
    this.state = state;
    this.row.dataset.state = state;
    this.again.hidden = state !== "failed";
    this.sign.replaceChildren(icon(sign));
    this.note.textContent = note;
    this.note.title = note;
    showFold();
  }

  /** XMLHttpRequest, since fetch does not tell how much of a body was sent. */
  async #send() {
    const form = new FormData();
    const store = callbacks.chosenStore();
    if (store) form.append("vector_store", store.id);
    form.append("file", this.file);
    const body = await new Promise((resolve, reject) => this.#exchange(form, resolve, reject));
    await callbacks.onIngested(body);
    return body;
  }

  #exchange(form, resolve, reject) {
    const { request } = this;
    request.upload.addEventListener("progress", (event) => this.#showSent(event));
    request.upload.addEventListener("load", () => this.#showReading());
    request.addEventListener("load", () => {
      if (request.status < 300 && request.response) resolve(request.response);
      else
        reject(
          envelopeError(request.response, {
            status: request.status,
            header: (name) => request.getResponseHeader(name),
          }),
        );
    });
    request.addEventListener("error", () =>
      reject(new ApiError("The upload was cut off. Check that the server is running.")),
    );
    request.addEventListener("abort", () => reject(new ApiError("Cancelled.")));
    request.open("POST", "/v1/ingest");
    request.responseType = "json";
    for (const [name, value] of Object.entries(authorization())) request.setRequestHeader(name, value);
    request.send(form);
  }

  #showSent({ loaded, total }) {
    const percent = total ? Math.floor((loaded / total) * 100) : 0;
    this.bar.value = percent;
    this.#show("uploading", "file", `Uploading ${percent} %`);
  }

  #showReading() {
    this.bar.removeAttribute("value");
    this.#show("reading", "file", "Reading…");
  }
}
