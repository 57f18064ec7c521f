/** The settings dialog: each change is kept at once; closing it tells whether there is another key. */

import { byId, element } from "./dom.js";
import { isKeyRemembered, keepKey, readKey } from "./key.js";
import { prefer, preferences } from "./preferences.js";
import { chooseTheme } from "./theme.js";

let keyBefore = "";

/** Make the dialog work. */
export function wireSettings({ onClose, onDeleteConversations }) {
  const dialog = byId("settings");
  byId("open-settings").addEventListener("click", () => openSettings());
  for (const chip of ["mode-chip", "top-chip"])
    byId(chip).addEventListener("click", () => openSettings({ at: "max-results" }));
  dialog.addEventListener("close", () => {
    showKeyText(false);
    onClose({ isKeyChanged: readKey() !== keyBefore });
  });
  wireKey();
  wireAnswers();
  wireRetrieval();
  for (const choice of themeChoices()) choice.addEventListener("change", () => chooseTheme(choice.value));
  wireDelete(onDeleteConversations);
}

/**
 * Open the dialog, at one of its fields if asked.
 * @param {{ at?: string | null }} [options]
 */
function openSettings({ at = null } = {}) {
  fill();
  keyBefore = readKey();
  const dialog = byId("settings", HTMLDialogElement);
  if (!dialog.open) dialog.showModal();
  if (at) byId(at).focus();
}

/** Offer the models; the first one is the server's own choice. */
export function showModels(modelIds, { isFallback }) {
  if (!modelIds.includes(preferences.model)) prefer({ model: modelIds[0] ?? null });
  const label = (modelId) => (isFallback ? `${modelId} (built in)` : modelId);
  const options = modelIds.map((modelId) =>
    element("option", { value: modelId, selected: modelId === preferences.model }, label(modelId)),
  );
  byId("model").replaceChildren(...options);
  byId("provider-hint").hidden = !isFallback;
  byId("provider-hint").textContent =
    "No model is configured: answers are sentences quoted from your documents. Set OPENAI_API_KEY for written ones.";
}

function fill() {
  field("api-key").value = readKey();
  field("remember-key").checked = isKeyRemembered();
  byId("instructions", HTMLTextAreaElement).value = preferences.instructions;
  field("max-results").value = String(preferences.maxNumResults);
  field("score-threshold").value = String(preferences.scoreThreshold);
  for (const choice of themeChoices()) choice.checked = choice.value === preferences.theme;
  showKeyHint();
  showRangeValues();
}

function wireKey() {
  const keep = () => {
    keepKey(field("api-key").value.trim(), { remember: field("remember-key").checked });
    showKeyHint();
  };
  byId("api-key").addEventListener("change", keep);
  byId("remember-key").addEventListener("change", keep);
  byId("show-key").addEventListener("click", () => showKeyText(field("api-key").type === "password"));
}

function showKeyText(isShown) {
  field("api-key").type = isShown ? "text" : "password";
  byId("show-key").textContent = isShown ? "Hide" : "Show";
  byId("show-key").setAttribute("aria-pressed", String(isShown));
}

function showKeyHint() {
  const fate = field("remember-key").checked
    ? "Kept in this browser until you remove it."
    : "Forgotten when this tab closes.";
  byId("key-hint").textContent = `Sent only to this server. ${fate}`;
}

function wireAnswers() {
  const model = byId("model", HTMLSelectElement);
  const instructions = byId("instructions", HTMLTextAreaElement);
  model.addEventListener("change", () => prefer({ model: model.value }));
  instructions.addEventListener("change", () => prefer({ instructions: instructions.value }));
}

function wireRetrieval() {
  byId("max-results").addEventListener("input", () => {
    prefer({ maxNumResults: Number(field("max-results").value) });
    showRangeValues();
  });
  byId("score-threshold").addEventListener("input", () => {
    prefer({ scoreThreshold: Number(field("score-threshold").value) });
    showRangeValues();
  });
}

function showRangeValues() {
  byId("max-results-value").textContent = String(preferences.maxNumResults);
  byId("score-threshold-value").textContent = preferences.scoreThreshold.toFixed(2);
}

/** @returns {NodeListOf<HTMLInputElement>} */
function themeChoices() {
  return byId("settings-form").querySelectorAll("input[name=theme]");
}

function field(elementId) {
  return byId(elementId, HTMLInputElement);
}

/** The button asks once more before it deletes. */
function wireDelete(onDeleteConversations) {
  const button = byId("delete-conversations");
  const calm = () => {
    button.textContent = "Delete all conversations";
    delete button.dataset.armed;
  };
  button.addEventListener("click", () => {
    if (button.dataset.armed) {
      onDeleteConversations();
      calm();
      button.textContent = "Deleted";
      return;
    }
    button.dataset.armed = "true";
    button.textContent = "Delete them for good?";
  });
  button.addEventListener("blur", calm);
}
