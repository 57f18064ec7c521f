/** The list of conversations in the sidebar, which is a drawer on small screens. */

import { listConversations } from "./conversation.js";
import { byId, element } from "./dom.js";

/** Make the sidebar's buttons and Ctrl+K work. */
export function wireRecent({ onNew }) {
  byId("new-conversation").addEventListener("click", onNew);
  byId("sidebar-open").addEventListener("click", () => setDrawer(true));
  byId("sidebar-close").addEventListener("click", () => setDrawer(false));
  byId("scrim").addEventListener("click", () => setDrawer(false));
  byId("sidebar").addEventListener("keydown", (event) => {
    if (event.key === "Escape") setDrawer(false);
  });
  for (const buttonId of ["open-documents", "open-settings"])
    byId(buttonId).addEventListener("click", () => setDrawer(false));
  addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    onNew();
  });
}

/** List the conversations, the open one marked; `onOpen` is called with the one that is clicked. */
export function showRecent(open, onOpen) {
  const item = (conversation) => {
    const isOpen = conversation === open;
    const click = () => onOpen(conversation);
    const button = element(
      "button",
      { type: "button", dir: "auto", title: conversation.title, "aria-current": isOpen ? "true" : null, click },
      conversation.title,
    );
    return element("li", {}, button);
  };
  byId("recent-list").replaceChildren(...listConversations().map(item));
  byId("recent-empty").hidden = listConversations().length > 0;
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
