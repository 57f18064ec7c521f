/** The documents dialog: the names of the files in the chosen store. */

import { fetchFilename, fetchVectorStoreFiles } from "./api.js";
import { byId, element, plural } from "./dom.js";
import { icon } from "./icons.js";
import { noticeCard } from "./notices.js";
import { chosenStore, nameOf } from "./stores.js";

const UNITS = ["bytes", "kB", "MB", "GB"];
const STATUSES = { in_progress: "Reading…", failed: "Failed", cancelled: "Cancelled" };

/** Make the button in the sidebar work. */
export function wireDocuments() {
  byId("open-documents").addEventListener("click", () => {
    byId("documents", HTMLDialogElement).showModal();
    showDocuments();
  });
}

/** Show the files of the chosen store in the dialog, if it is open. */
export async function showDocuments() {
  if (!byId("documents", HTMLDialogElement).open) return;
  const store = chosenStore();
  byId("documents-heading").textContent = store ? `Documents in ${nameOf(store)}` : "Documents";
  const list = element("ul", { class: "document-list", id: "document-list" });
  byId("documents-body").replaceChildren(list);
  try {
    await showPage(list, store, null);
  } catch (error) {
    byId("documents-body").append(
      noticeCard({ tone: "danger", title: "The documents cannot be listed", text: error.message }),
    );
  }
}

/** Show how many files the chosen store has, beside the button; hidden when that is not known. */
export function showDocumentsCount(store) {
  const count = store?.file_counts?.completed;
  byId("document-count").hidden = count === undefined;
  byId("document-count").textContent = count === undefined ? "" : String(count);
}

async function showPage(list, store, after) {
  const page = store && (await fetchVectorStoreFiles(store.id, { after }));
  const files = page?.data ?? [];
  list.append(...files.map(row));
  if (!list.children.length)
    list.replaceWith(
      element("p", { class: "hint" }, "No documents yet. Add files here, or drop them anywhere on the page."),
    );
  if (!page?.has_more) return;
  const more = element("button", { class: "button", type: "button" }, "Show more");
  more.addEventListener("click", () => {
    more.remove();
    showPage(list, store, files.at(-1).id);
  });
  list.after(more);
}

function row(file) {
  const name = element("bdi", { class: "document-name" }, file.filename ?? file.attributes?.filename ?? file.id);
  if (!file.filename) nameLater(name, file.id);
  const note = STATUSES[file.status] ?? sizeOf(file.usage_bytes);
  const reason = file.last_error?.message;
  const warnings = (file.warnings ?? []).map((warning) => element("p", { class: "document-warning" }, warning));
  const about = element("div", { class: "document-about" }, name, ...warnings);
  return element(
    "li",
    { "data-status": file.status },
    icon("file"),
    about,
    element("span", { class: "document-note", title: reason }, reason ?? note),
  );
}

/** OpenAI's vector store file has no name: the file itself has. */
async function nameLater(place, fileId) {
  place.textContent = await fetchFilename(fileId).catch(() => fileId);
}

function sizeOf(bytes) {
  if (typeof bytes !== "number") return "";
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), UNITS.length - 1);
  return power === 0 ? plural(bytes, "byte") : `${(bytes / 1000 ** power).toFixed(1)} ${UNITS[power]}`;
}
