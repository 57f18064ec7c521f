/** Asks for the API key, in words for people; whoever has none closes it, and is asked again when they try something. */

import { byId } from "./dom.js";
import { keepKey, readKey } from "./key.js";

/** Make the dialog work; `onKey` hears that there is another key. */
export function wireKeyDialog({ onKey }) {
  // Enter uses the first button that submits.
  for (const buttonId of ["key-close", "key-later"]) {
    byId(buttonId).addEventListener("click", () => byId("key-dialog", HTMLDialogElement).close());
  }
  byId("key-form").addEventListener("submit", () => {
    keepKey(byId("key-field", HTMLInputElement).value.trim(), {
      remember: byId("key-remember", HTMLInputElement).checked,
    });
    onKey();
  });
}

/** Open the dialog when the error is the server asking for a key; return whether it is. */
export function askForKey(error) {
  if (error.status !== 401) return false;
  openKeyDialog(error);
  return true;
}

/** Ask for the key. */
export function openKeyDialog(error) {
  const dialog = byId("key-dialog", HTMLDialogElement);
  byId("key-why").textContent = whyKey(error);
  byId("key-field", HTMLInputElement).value = readKey();
  if (!dialog.open) dialog.showModal();
  byId("key-field", HTMLInputElement).select();
}

/** Say in people's words what is the matter with the key. */
export function whyKey({ code }) {
  return code === "invalid_api_key"
    ? "The key was not accepted. It may be mistyped, expired or withdrawn."
    : "Documents and answers are shown only to those who have a key. Whoever runs this server can make one for you.";
}
