/** The stores in the documents dialog: choose one, make one, give one another name, delete one. */

import { createVectorStore, deleteVectorStore, renameVectorStore } from "./api.js";
import { byId, element, plural } from "./dom.js";
import { prefer } from "./preferences.js";
import { chooseStore, chosenStore, listStores, nameOf } from "./stores.js";

const DELETE = "Delete store";

let callbacks = { onChanged: async () => {}, onFailed: (_error) => {} };
/** @type {(name: string) => Promise<void>} */
let onNamed = async () => {};

/** Make the bar work; `onChanged` is to list the stores again, `onFailed` hears what went wrong. */
export function wireStoreBar({ onChanged, onFailed }) {
  callbacks = { onChanged, onFailed };
  const select = byId("documents-store", HTMLSelectElement);
  select.addEventListener("change", () => {
    const store = listStores().find((one) => one.id === select.value);
    if (store) chooseStore(store);
  });
  byId("store-new").addEventListener("click", () => askForName("", create));
  byId("store-rename").addEventListener("click", () => askForName(chosenStore()?.name ?? "", rename));
  wireNaming();
  wireDelete();
}

/** Show the stores, the chosen one first in sight. */
export function showStoreBar() {
  const chosen = chosenStore();
  const options = listStores().map((store) => {
    const files = store.file_counts?.total;
    const count = files === undefined ? "" : ` (${files})`;
    return element("option", { value: store.id, selected: store.id === chosen?.id }, `${nameOf(store)}${count}`);
  });
  byId("documents-store").replaceChildren(...options);
  for (const elementId of ["documents-store", "store-rename", "store-delete"]) byId(elementId).hidden = !chosen;
}

function wireNaming() {
  const field = byId("store-name-field", HTMLInputElement);
  const send = async () => {
    const name = field.value.trim();
    if (!name) {
      field.focus();
      return;
    }
    closeNaming();
    await attempt(() => onNamed(name));
  };
  byId("store-name-save").addEventListener("click", send);
  byId("store-name-cancel").addEventListener("click", closeNaming);
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || (event.key !== "Enter" && event.key !== "Escape")) return;
    // The dialog around the field would close.
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Enter") send();
    else closeNaming();
  });
}

function askForName(name, then) {
  onNamed = then;
  byId("store-naming").hidden = false;
  const field = byId("store-name-field", HTMLInputElement);
  field.value = name;
  field.select();
  field.focus();
}

function closeNaming() {
  byId("store-naming").hidden = true;
  byId("store-new").focus();
}

async function create(name) {
  const store = await createVectorStore(name);
  prefer({ vectorStoreId: store.id });
}

async function rename(name) {
  await renameVectorStore(chosenStore()?.id, name);
}

async function attempt(change) {
  try {
    await change();
    await callbacks.onChanged();
  } catch (error) {
    callbacks.onFailed(error);
  }
}

/** The button asks once more before it deletes. */
function wireDelete() {
  const button = byId("store-delete");
  const calm = () => {
    button.textContent = DELETE;
    delete button.dataset.armed;
  };
  button.addEventListener("blur", calm);
  button.addEventListener("click", async () => {
    const store = chosenStore();
    if (!button.dataset.armed) {
      button.dataset.armed = "true";
      const files = store?.file_counts?.total ?? 0;
      button.textContent = files
        ? `Delete it for good? ${plural(files, "file")} will not be searched`
        : "Delete it for good?";
      return;
    }
    calm();
    await attempt(() => deleteVectorStore(store?.id));
  });
}
