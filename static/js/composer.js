/** The question field: grows with its text, Enter sends, Shift+Enter breaks the line, Esc stops, and Send becomes Stop. */

import { byId, capitalized, isSending } from "./dom.js";
import { icon } from "./icons.js";
import { preferences } from "./preferences.js";

let isAnswering = false;

/** Make the field and its button work. */
export function wireComposer({ onSend, onStop }) {
  const field = byId("question", HTMLTextAreaElement);
  const submit = () => {
    const question = field.value.trim();
    if (isAnswering || !question) return;
    field.value = "";
    fit(field);
    onSend(question);
  };

  field.addEventListener("input", () => fit(field));
  field.addEventListener("keydown", (event) => {
    if (!isSending(event)) return;
    event.preventDefault();
    submit();
  });
  addEventListener("keydown", (event) => {
    // Whatever is open over the page closes first.
    const isTaken =
      event.defaultPrevented || event.isComposing || document.querySelector("dialog[open], :popover-open");
    if (event.key === "Escape" && isAnswering && !isTaken) onStop();
  });
  byId("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    if (isAnswering) onStop();
    else submit();
  });
  showAnswering(false);
}

/** Show Stop while an answer grows, else Send. */
export function showAnswering(answering) {
  isAnswering = answering;
  const button = byId("send");
  button.replaceChildren(icon(answering ? "stop" : "send"));
  button.setAttribute("aria-label", answering ? "Stop the answer" : "Send the question");
  button.title = answering ? "Stop (Esc)" : "";
  button.classList.toggle("is-stop", answering);
}

/** Show how the server searched last: it chooses the mode. */
export function showSearchMode(mode) {
  byId("mode-chip").textContent = `${capitalized(mode)} search`;
}

/** Show how many passages the next question may use. */
export function showSearchChips() {
  byId("top-chip").textContent = `Top ${preferences.maxNumResults}`;
}

function fit(field) {
  field.style.setProperty("block-size", "auto");
  field.style.setProperty("block-size", `${field.scrollHeight}px`);
}
