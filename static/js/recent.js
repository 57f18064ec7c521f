/** The list of conversations in the sidebar, which is a drawer on small screens. */

import { deleteConversation, holdsWords, listConversations, renameConversation } from "./conversation.js";
import { openConversationMenu, wireConversationMenu } from "./conversation-menu.js";
import { announce, byId, element } from "./dom.js";
import { icon } from "./icons.js";

// Fewer are seen at a glance.
const FEWEST_SEARCHED = 4;

let callbacks = { onOpen: (_conversation) => {}, onDeleted: (_conversation) => {} };
/** @type {any} */
let shown = null;

/** Make the sidebar's buttons and Ctrl+K work; the callbacks hear which conversation is to be opened or was deleted. */
export function wireRecent({ onNew, onOpen, onDeleted }) {
  callbacks = { onOpen, onDeleted };
  wireConversationMenu();
  byId("recent-search").addEventListener("input", () => showRecent(shown));
  byId("new-conversation").addEventListener("click", onNew);
  byId("sidebar-open").addEventListener("click", () => setDrawer(true));
  byId("sidebar-close").addEventListener("click", () => setDrawer(false));
  byId("scrim").addEventListener("click", () => setDrawer(false));
  byId("sidebar").addEventListener("keydown", (event) => {
    const isInMenu = event.target instanceof Element && event.target.closest("[popover]");
    if (event.key !== "Escape" || isInMenu || !byId("page").classList.contains("has-drawer")) return;
    event.preventDefault();
    setDrawer(false);
  });
  for (const buttonId of ["open-documents", "open-settings"])
    byId(buttonId).addEventListener("click", () => setDrawer(false));
  addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    onNew();
  });
}

/** List the conversations, the open one marked. */
export function showRecent(open) {
  shown = open;
  // A title that is being written stays on the page.
  if (byId("recent-list").querySelector("input")) return;
  const all = listConversations();
  const words = byId("recent-search", HTMLInputElement).value.toLowerCase().split(/\s+/).filter(Boolean);
  const found = all.filter((conversation) => holdsWords(conversation, words));
  byId("recent-list").replaceChildren(...found.map(rowOf));
  byId("recent-search").hidden = all.length < FEWEST_SEARCHED && !words.length;
  byId("recent-empty").hidden = found.length > 0;
  byId("recent-empty").textContent = words.length
    ? "No conversation holds these words."
    : "Your conversations stay in this browser.";
}

function rowOf(conversation) {
  const { title } = conversation;
  const open = element(
    "button",
    {
      class: "recent-open",
      type: "button",
      dir: "auto",
      title,
      "aria-current": conversation.conversationId === shown.conversationId ? "true" : null,
      click: () => callbacks.onOpen(conversation),
    },
    title,
  );
  const more = element(
    "button",
    { class: "recent-more", type: "button", "aria-label": `More about ${title}`, "aria-haspopup": "menu" },
    icon("more"),
  );
  const row = element("li", {}, open, more);
  more.addEventListener("click", () =>
    openConversationMenu(more, conversation, { onRename: () => rename(row, conversation), onDelete: remove }),
  );
  return row;
}

function remove(conversation) {
  deleteConversation(conversation);
  announce(`${conversation.title} is deleted.`);
  callbacks.onDeleted(conversation);
}

/** The title becomes a field: Enter keeps what is written there, Esc does not. */
function rename(row, conversation) {
  const field = element("input", { class: "field", type: "text", dir: "auto", maxlength: 120, "aria-label": "Title" });
  field.value = conversation.title;
  let isClosed = false;
  const close = (title) => {
    // Taking the field away blurs it.
    if (isClosed) return;
    isClosed = true;
    field.remove();
    if (title && title !== conversation.title) renameConversation(conversation, title);
    showRecent(shown);
  };
  field.addEventListener("blur", () => close(field.value.trim()));
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || (event.key !== "Enter" && event.key !== "Escape")) return;
    event.preventDefault();
    event.stopPropagation();
    close(event.key === "Enter" ? field.value.trim() : "");
    byId("question").focus();
  });
  row.replaceChildren(field);
  field.focus();
  field.select();
}

/** Open or close the drawer; on wide screens the sidebar is always there. */
export function setDrawer(isOpen) {
  const wasOpen = byId("page").classList.contains("has-drawer");
  byId("page").classList.toggle("has-drawer", isOpen);
  byId("scrim").hidden = !isOpen;
  byId("sidebar-open").setAttribute("aria-expanded", String(isOpen));
  if (isOpen) byId("sidebar-close").focus();
  else if (wasOpen) byId("sidebar-open").focus();
}
