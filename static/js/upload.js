/** One file on its way into a store: its row on the page, its request, and how far it is read. */

import { ApiError, deleteFile, envelopeError, fetchStoreFile } from "./api.js";
import { readingText } from "./document.js";
import { announce, byId, element, plural } from "./dom.js";
import { icon } from "./icons.js";
import { authorization } from "./key.js";
import { listStores, nameOf } from "./stores.js";

// The reading of a larger file takes so long that its reader is told how far it is, which costs requests.
const LARGE_BYTES = 200_000;
const FIRST_LOOK_MS = 400;
const LATEST_LOOK_MS = 5000;
const READY_SHOWN_MS = 6000;
const MOST_WAITS = 5;

export class Upload {
  /** The callbacks hear that the row changed or went, of files that were taken in, of errors, and that it is to be sent again. */
  constructor(file, store, { onChanged, onGone, onIngested, onError, onAgain }) {
    this.file = file;
    // The one that was chosen when the file was added; another may be chosen by the time that it is sent.
    this.store = store;
    this.callbacks = { onChanged, onGone, onIngested, onError, onAgain };
    /** @type {XMLHttpRequest | null} */
    this.request = null;
    this.isDismissed = false;
    /** The id of the file while the server reads it. */
    this.fileId = null;
    this.state = "waiting";
    this.sign = element("span", { class: "upload-sign" }, icon("file"));
    this.note = element("span", { class: "upload-note" }, "Waiting…");
    this.bar = element("progress", {
      class: "upload-bar",
      max: 100,
      value: 0,
      "aria-label": `Progress of ${file.name}`,
    });
    this.end = rowButton("close", `Cancel ${file.name}`, () => this.dismiss());
    this.again = rowButton("again", `Try ${file.name} again`, () => this.#retry());
    this.again.hidden = true;
    const name = element("bdi", { class: "upload-name", title: file.name }, file.name);
    const into = listStores().length > 1 ? [element("bdi", { class: "upload-store" }, `→ ${nameOf(store)}`)] : [];
    const line = element("div", { class: "upload-line" }, this.sign, name, ...into, this.note, this.again, this.end);
    this.row = element("li", { class: "upload", "data-state": "waiting" }, line, this.bar);
    byId("upload-list").append(this.row);
  }

  /** Take the row away; what is not read yet is not read any more. */
  dismiss() {
    this.isDismissed = true;
    if (this.fileId) deleteFile(this.fileId).catch(() => {});
    // A server that has the whole file will take it in: its answer says what is to be deleted.
    else if (this.state !== "reading") this.request?.abort();
    this.callbacks.onGone(this);
    this.#clearAway();
  }

  /** Send the file, and follow its reading. */
  async run() {
    if (this.isDismissed) return;
    try {
      const ingested = await this.#send();
      await this.callbacks.onIngested({ vector_store_id: ingested.vector_store_id });
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
      this.callbacks.onError(error);
    }
  }

  /** XMLHttpRequest, since fetch does not tell how much of a body was sent. */
  async #send() {
    const form = new FormData();
    if (this.store) form.append("vector_store", this.store.id);
    if (this.file.size > LARGE_BYTES) form.append("wait", "false");
    form.append("file", this.file);
    const body = await this.#patiently(() => new Promise((resolve, reject) => this.#exchange(form, resolve, reject)));
    const [entry] = body.data;
    if (this.isDismissed && !entry.reused) deleteFile(entry.file_id).catch(() => {});
    return this.#read(entry);
  }

  /** Look now and then how far the server has read. */
  async #read(entry) {
    if (this.isDismissed) throw new ApiError("Cancelled.");
    let found = entry;
    for (let pause = FIRST_LOOK_MS; found.status === "in_progress"; pause = Math.min(pause * 1.4, LATEST_LOOK_MS)) {
      this.fileId = entry.file_id;
      this.#showRead(found);
      await new Promise((resolve) => setTimeout(resolve, pause));
      if (this.isDismissed) throw new ApiError("Cancelled.");
      const look = () => fetchStoreFile(entry.vector_store_id, entry.file_id);
      found = { ...entry, ...(await this.#patiently(look)) };
    }
    this.fileId = null;
    if (found.status === "completed") return found;
    // A file that is sent in one piece with its answer leaves nothing behind either.
    deleteFile(entry.file_id).catch(() => {});
    throw new ApiError(found.last_error?.message ?? "It was not read.");
  }

  /** A limit of requests is waited out, as long as the server says. */
  async #patiently(call) {
    for (let left = MOST_WAITS; ; left -= 1) {
      try {
        return await call();
      } catch (error) {
        if (error.status !== 429 || error.retryAfterSeconds === null || !left || this.isDismissed) throw error;
        await this.#waitOut(error.retryAfterSeconds);
      }
    }
  }

  async #waitOut(seconds) {
    for (let left = seconds; left > 0 && !this.isDismissed; left -= 1) {
      this.#show("waiting", "file", `Too many requests: goes on in ${left} s`);
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
    if (this.isDismissed) throw new ApiError("Cancelled.");
  }

  #exchange(form, resolve, reject) {
    const request = new XMLHttpRequest();
    this.request = request;
    request.upload.addEventListener("progress", (event) => this.#showSent(event));
    request.upload.addEventListener("load", () => this.#showRead({}));
    request.addEventListener("load", () => {
      const header = (name) => request.getResponseHeader(name);
      if (request.status < 300 && request.response) resolve(request.response);
      else reject(envelopeError(request.response, { status: request.status, header }));
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

  #retry() {
    this.#show("waiting", "file", "Waiting…");
    this.callbacks.onAgain(this);
  }

  #clearAway() {
    this.row.remove();
    this.callbacks.onChanged();
  }

  /** A row in use stays. */
  #clearAwayLater() {
    setTimeout(() => {
      if (this.row.matches(":hover, :focus-within")) this.#clearAwayLater();
      else this.#clearAway();
    }, READY_SHOWN_MS);
  }

  #showSent({ loaded, total }) {
    const percent = total ? Math.floor((loaded / total) * 100) : 0;
    this.bar.value = percent;
    this.#show("uploading", "file", `Uploading ${percent} %`);
  }

  /** Until the first step is done, nobody knows how far. */
  #showRead(entry) {
    if (entry.progress) this.bar.value = entry.progress;
    else this.bar.removeAttribute("value");
    this.#show("reading", "file", readingText(entry) || "Reading…");
  }

  #show(state, sign, note) {
    this.state = state;
    this.row.dataset.state = state;
    this.again.hidden = state !== "failed";
    const label = `${state === "ready" || state === "failed" ? "Dismiss" : "Cancel"} ${this.file.name}`;
    this.end.setAttribute("aria-label", label);
    this.end.title = label;
    this.sign.replaceChildren(icon(sign));
    this.note.textContent = note;
    this.note.title = note;
    this.callbacks.onChanged();
  }
}

function rowButton(name, label, click) {
  return element(
    "button",
    { class: "icon-button", type: "button", "aria-label": label, title: label, click },
    icon(name),
  );
}
