/** Adds files to the chosen store, by choosing or dropping them, and shows how far each one is. */

import { ApiError, envelopeError } from "./api.js";
import { announce, byId, element, plural } from "./dom.js";
import { icon } from "./icons.js";
import { authorization } from "./key.js";

const MOST_AT_ONCE = 2;

const waiting = [];
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
  for (const file of files) waiting.push(new Upload(file));
  startNext();
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
    waiting
      .shift()
      .run()
      .finally(() => {
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
    this.sign = element("span", { class: "upload-sign" }, icon("file"));
    this.note = element("span", { class: "upload-note" }, "Waiting…");
    this.bar = element("progress", { class: "upload-bar", max: 100, value: 0, "aria-label": `Upload of ${file.name}` });
    const dismiss = element(
      "button",
      { class: "icon-button", type: "button", "aria-label": `Dismiss ${file.name}`, click: () => this.dismiss() },
      icon("close"),
    );
    const line = element(
      "div",
      { class: "upload-line" },
      this.sign,
      element("bdi", { class: "upload-name" }, file.name),
      this.note,
      dismiss,
    );
    this.row = element("li", { class: "upload", "data-state": "waiting" }, line, this.bar);
    byId("uploads").append(this.row);
  }

  dismiss() {
    this.isDismissed = true;
    this.request.abort();
    this.row.remove();
  }

  async run() {
    if (this.isDismissed) return;
    try {
      const [ingested] = (await this.#send()).data;
      const chunks = ingested.chunks === undefined ? "" : ` · ${plural(ingested.chunks, "passage")}`;
      this.#show("ready", "check", `Ready${chunks}${ingested.reused ? " · already here" : ""}`);
      this.row.append(
        ...(ingested.warnings ?? []).map((warning) => element("p", { class: "document-warning" }, warning)),
      );
      announce(`${this.file.name} is ready.`);
    } catch (error) {
      if (this.isDismissed) return;
      this.#show("failed", "warning", error.message);
      announce(`${this.file.name}: ${error.message}`);
      callbacks.onError(error);
    }
  }

  #show(state, sign, note) {
    this.row.dataset.state = state;
    this.sign.replaceChildren(icon(sign));
    this.note.textContent = note;
    this.note.title = note;
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
