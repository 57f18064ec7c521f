/** The menu of one conversation in the sidebar: rename, export, delete. */

import { fileNameOf, toJson, toMarkdown } from "./conversation-file.js";
import { byId, element } from "./dom.js";
import { saveBlob } from "./download.js";

const EDGE_PX = 8;

/** Open the menu at a button; the callbacks hear what is to be done with the conversation. */
export function openConversationMenu(button, conversation, { onRename, onDelete }) {
  const menu = byId("conversation-menu");
  const items = [
    item("Rename", () => onRename(conversation)),
    item("Export as Markdown", () => exportAs(conversation, "md", toMarkdown(conversation))),
    item("Export as JSON", () => exportAs(conversation, "json", toJson(conversation))),
    deleteItem(() => onDelete(conversation)),
  ];
  menu.replaceChildren(...items);
  menu.showPopover();
  place(menu, button.getBoundingClientRect());
  items[0].focus();
}

/** Make the arrow keys move in the menu; the browser itself closes it by Esc and by a click elsewhere. */
export function wireConversationMenu() {
  byId("conversation-menu").addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Tab") byId("conversation-menu").hidePopover();
    if (!step) return;
    event.preventDefault();
    const items = [...byId("conversation-menu").querySelectorAll("button")];
    const at = items.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    items.at((at + step) % items.length)?.focus();
  });
}

function item(label, onChoose) {
  const click = () => {
    byId("conversation-menu").hidePopover();
    onChoose();
  };
  return element("button", { type: "button", role: "menuitem", tabindex: -1, click }, label);
}

/** The item asks once more before it deletes. */
function deleteItem(onDelete) {
  const chosen = item("Delete for good?", onDelete);
  const first = element("button", { type: "button", role: "menuitem", tabindex: -1, class: "danger" }, "Delete");
  chosen.classList.add("danger");
  first.addEventListener("click", () => {
    first.replaceWith(chosen);
    chosen.focus();
  });
  return first;
}

function exportAs(conversation, ending, text) {
  const type = ending === "md" ? "text/markdown" : "application/json";
  saveBlob(new Blob([text], { type }), fileNameOf(conversation, ending));
}

function place(menu, button) {
  const { width, height } = menu.getBoundingClientRect();
  const left = Math.min(button.left, innerWidth - width - EDGE_PX);
  const top = Math.min(button.bottom, innerHeight - height - EDGE_PX);
  menu.style.setProperty("left", `${Math.max(left, EDGE_PX)}px`);
  menu.style.setProperty("top", `${Math.max(top, EDGE_PX)}px`);
}
