/** Shows one file of a store as a row: what became of it, how large it is, and what can be done with it. */

import { element, plural } from "./dom.js";
import { icon } from "./icons.js";

const UNITS = ["bytes", "kB", "MB", "GB"];
const STATUSES = { completed: "Ready", failed: "Failed", cancelled: "Cancelled" };
const DATE = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });

/** Return the row of a file; the callbacks get the file when it is to be read again or deleted. */
export function documentRow(file, { onRetry, onDelete }) {
  const name = documentName(file);
  const title = element("bdi", { class: "document-name", title: name }, titleOf(file, name));
  const reason = file.last_error?.message;
  const warnings = (file.warnings ?? []).map((warning) => element("p", { class: "document-warning" }, warning));
  const about = element(
    "div",
    { class: "document-about" },
    title,
    element("p", { class: "document-facts" }, ...factNodes(file)),
    reason && element("p", { class: "document-reason" }, reason),
    ...warnings,
  );
  const canRetry = file.status === "failed" || file.status === "cancelled";
  return element(
    "li",
    { "data-status": file.status },
    icon(canRetry ? "warning" : "file"),
    about,
    canRetry && rowButton("again", `Read ${name} again`, () => onRetry(file)),
    file.status === "in_progress"
      ? rowButton("close", `Cancel ${name}`, () => onDelete(file))
      : rowButton("bin", `Delete ${name}`, () => onDelete(file)),
  );
}

/** Return the row of a file that is about to be deleted. */
export function leavingRow(file, { onUndo }) {
  return element(
    "li",
    { class: "document-leaving", "data-status": "leaving" },
    element("p", { class: "document-about" }, "Deleted ", element("bdi", {}, documentName(file))),
    element("button", { class: "button", type: "button", click: () => onUndo(file) }, "Undo"),
  );
}

/** Return "3.2 MB". */
export function sizeText(bytes) {
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), UNITS.length - 1);
  return power === 0 ? plural(bytes, "byte") : `${(bytes / 1000 ** power).toFixed(1)} ${UNITS[power]}`;
}

/** Return "Reading 64 % · 96 of 148 passages", as far as the server knows it; "" before the first step. */
export function readingText({ progress, reading }) {
  if (!progress) return "";
  const passages = reading ? ` · ${reading.chunks_done} of ${plural(reading.chunks_total, "passage")}` : "";
  return `Reading ${progress} %${passages}`;
}

/** Return what to call a file. */
export function documentName(file) {
  return file.filename ?? file.id;
}

function titleOf(file, name) {
  if (file.status !== "completed") return name;
  const address = `/sources/${encodeURIComponent(file.id)}`;
  return element("a", { href: address, target: "_blank", rel: "noopener" }, name);
}

function factNodes(file) {
  const status = element("span", { class: "document-status" }, statusText(file));
  const facts = [
    file.status === "completed" && typeof file.chunks === "number" && plural(file.chunks, "passage"),
    typeof file.bytes === "number" && sizeText(file.bytes),
    dateNode(file.created_at),
  ].filter(Boolean);
  return [status, ...facts.flatMap((fact) => [" · ", fact])];
}

function statusText(file) {
  if (file.status !== "in_progress") return STATUSES[file.status] ?? file.status;
  return readingText(file) || "Waiting to be read";
}

function dateNode(seconds) {
  if (typeof seconds !== "number") return null;
  const date = new Date(seconds * 1000);
  return element("time", { datetime: date.toISOString(), title: date.toLocaleString() }, DATE.format(date));
}

function rowButton(name, label, click) {
  return element(
    "button",
    { class: "icon-button", type: "button", "aria-label": label, title: label, click },
    icon(name),
  );
}
