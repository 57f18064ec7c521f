// The settings dialog, bound to the preferences.

import { deleteConversations } from "./conversations.js";
import { $, element, icon } from "./dom.js";
import { apiKey, applyTheme, preferences, savePreferences, setApiKey } from "./preferences.js";

export function openDialog(id) {
  if (!$(id).open) $(id).showModal();
}

export function bindSettings({ onKey, onDeleted, onChange }) {
  for (const closer of document.querySelectorAll("[data-close]")) {
    closer.addEventListener("click", () => closer.closest("dialog").close());
  }
  $("open-settings").addEventListener("click", () => openDialog("settings"));
  $("api-key").value = apiKey();
  $("remember-key").checked = preferences.rememberKey;
  const keep = () => {
    preferences.rememberKey = $("remember-key").checked;
    savePreferences();
    setApiKey($("api-key").value.trim());
    onKey();
  };
  $("api-key").addEventListener("change", keep);
  $("remember-key").addEventListener("change", keep);
  $("show-key").addEventListener("click", () => {
    const hidden = $("api-key").type === "password";
    $("api-key").type = hidden ? "text" : "password";
    $("show-key").textContent = hidden ? "Hide" : "Show";
  });

  $("delete-all").addEventListener("click", () => { deleteConversations(); onDeleted(); });
  bindValue("instructions", "instructions", onChange);
  bindValue("model", "model", onChange);
  bindNumber("top", (value) => String(value), onChange);
  bindNumber("threshold", (value) => value.toFixed(2), onChange);
  bindTheme();
}

export function offerModels(models) {
  $("model").replaceChildren(...models.map((id) => element("option", { value: id, text: id })));
  if (!models.includes(preferences.model)) preferences.model = models[0] ?? "";
  $("model").value = preferences.model;
}

function bindValue(id, name, onChange) {
  $(id).value = preferences[name];
  $(id).addEventListener("change", () => { preferences[name] = $(id).value; savePreferences(); onChange(); });
}

function bindNumber(id, written, onChange) {
  const show = () => { $(`${id}-value`).textContent = written(Number($(id).value)); };
  $(id).value = String(preferences[id]);
  show();
  $(id).addEventListener("input", () => { preferences[id] = Number($(id).value); show(); savePreferences(); onChange(); });
}

function bindTheme() {
  const radios = [...document.querySelectorAll('input[name="theme"]')];
  const apply = () => {
    for (const radio of radios) radio.checked = radio.value === preferences.theme;
    $("toggle-theme").replaceChildren(icon(applyTheme() ? "sun" : "moon"));
  };
  const choose = (theme) => { preferences.theme = theme; savePreferences(); apply(); };
  for (const radio of radios) radio.addEventListener("change", () => choose(radio.value));
  $("toggle-theme").addEventListener("click", () => choose(applyTheme() ? "light" : "dark"));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", apply);
  apply();
}
