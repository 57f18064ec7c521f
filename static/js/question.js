/** Shows the question of a turn, which can be changed: in its place, or in a conversation that branches off before it. */

import { element, isSending, plural } from "./dom.js";
import { icon } from "./icons.js";

/** Return the question; the callbacks get the changed one, and say how many turns come after. */
export function questionNode(turn, callbacks) {
  const said = element("span", { class: "visually-hidden" }, "You asked: ");
  const edit = element(
    "button",
    {
      class: "icon-button question-edit",
      type: "button",
      "aria-label": "Change the question",
      title: "Change the question",
    },
    icon("pencil"),
  );
  const text = element("div", { class: "question", dir: "auto" }, said, turn.question);
  const row = element("div", { class: "question-row" }, edit, text);
  edit.addEventListener("click", () => openForm(row, [edit, text], turn, callbacks));
  return row;
}

function openForm(row, shown, turn, { countLater, onReplace, onBranch }) {
  const field = element("textarea", { class: "field", rows: 3, dir: "auto", "aria-label": "The changed question" });
  field.value = turn.question;
  const later = countLater(turn);
  const warning = element("p", { class: "question-warning", role: "status" });
  const close = () => {
    row.replaceChildren(...shown);
    shown[0].focus();
  };
  const changed = () => field.value.trim() || turn.question;
  const replace = element("button", { class: "button", type: "button" }, "Replace");
  replace.addEventListener("click", () => {
    if (later && !replace.dataset.armed) {
      replace.dataset.armed = "true";
      warning.textContent = `${plural(later, "later question")} and ${later === 1 ? "its answer" : "their answers"} will be gone.`;
      replace.textContent = "Replace anyway";
      return;
    }
    onReplace(turn, changed());
  });
  const branch = element(
    "button",
    { class: "button", type: "button", click: () => onBranch(turn, changed()) },
    "Ask in a new conversation",
  );
  const cancel = element("button", { class: "button", type: "button", click: close }, "Cancel");
  // Where nothing is lost, the change takes the question's place.
  const primary = later ? branch : replace;
  primary.classList.add("primary");
  const form = element(
    "div",
    { class: "question-form" },
    field,
    warning,
    element("div", { class: "question-buttons" }, cancel, ...(later ? [replace, branch] : [branch, replace])),
  );
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    close();
  });
  field.addEventListener("keydown", (event) => {
    if (!isSending(event)) return;
    event.preventDefault();
    primary.click();
  });
  row.replaceChildren(form);
  field.focus();
}
