/** Chooses the vector store that answers come from: the menu under its name in the bar. */

import { byId, element } from "./dom.js";
import { prefer, preferences } from "./preferences.js";

let stores = [];
/** @type {(store: any) => void} */
let onChoose = () => {};

/** Make the menu work; `onChosen` hears of each choice. */
export function wireStores({ onChosen }) {
  onChoose = onChosen;
  const button = byId("store-button");
  button.addEventListener("click", () => (byId("store-menu").hidden ? openMenu() : closeMenu()));
  byId("store-menu").addEventListener("keydown", moveInMenu);
  document.addEventListener("pointerdown", (event) => {
    if (event.target instanceof Element && !event.target.closest(".store-picker")) closeMenu();
  });
}

/** Offer these stores. */
export function showStores(listed) {
  stores = listed;
  const chosen = chosenStore();
  const name = chosen ? nameOf(chosen) : "Your documents";
  byId("store-name").textContent = name;
  byId("store-name").title = name;
  byId("store-button", HTMLButtonElement).disabled = stores.length < 2;
  byId("store-menu").replaceChildren(...stores.map(menuItem));
}

/** Return the chosen store, or null when the server has none yet. */
export function chosenStore() {
  return (
    stores.find((store) => store.id === preferences.vectorStoreId) ??
    stores.find((store) => store.is_default) ??
    stores[0] ??
    null
  );
}

/** Return all stores that were offered. */
export function listStores() {
  return stores;
}

/** Return what to call a store. */
export function nameOf(store) {
  return store?.name || store?.id || "your documents";
}

function menuItem(store) {
  const isChosen = store === chosenStore();
  const files = store.file_counts?.completed;
  const count = files === undefined ? null : element("span", { class: "count" }, String(files));
  return element(
    "button",
    {
      type: "button",
      role: "menuitemradio",
      "aria-checked": String(isChosen),
      tabindex: -1,
      click: () => chooseInMenu(store),
    },
    element("bdi", {}, nameOf(store)),
    count,
  );
}

/** Have answers come from this store from now on. */
export function chooseStore(store) {
  prefer({ vectorStoreId: store.id });
  showStores(stores);
  onChoose(store);
}

function chooseInMenu(store) {
  closeMenu({ giveFocusBack: true });
  chooseStore(store);
}

function openMenu() {
  byId("store-menu").hidden = false;
  byId("store-button").setAttribute("aria-expanded", "true");
  menuItems()
    .find((item) => item.getAttribute("aria-checked") === "true")
    ?.focus();
}

function closeMenu({ giveFocusBack = false } = {}) {
  byId("store-menu").hidden = true;
  byId("store-button").setAttribute("aria-expanded", "false");
  if (giveFocusBack) byId("store-button").focus();
}

function moveInMenu(event) {
  const items = menuItems();
  const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const target = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
  if (event.key === "Escape" || event.key === "Tab") closeMenu({ giveFocusBack: event.key === "Escape" });
  if (event.key === "Escape") event.preventDefault();
  if (target === undefined) return;
  event.preventDefault();
  items.at(target % items.length)?.focus();
}

/** @returns {HTMLElement[]} */
function menuItems() {
  return [...byId("store-menu").children].filter((item) => item instanceof HTMLElement);
}
