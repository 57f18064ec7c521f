// What the reader has chosen, kept on this device; the key only for this tab unless they say otherwise.

const STORE = "footnote.preferences";
const KEY = "footnote.key";
const DEFAULTS = { theme: "system", model: "", instructions: "", top: 6, threshold: 0, store: "", rememberKey: false };

export const preferences = { ...DEFAULTS, ...read(STORE) };

export function savePreferences() {
  localStorage.setItem(STORE, JSON.stringify(preferences));
}

export function apiKey() {
  return sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY) ?? "";
}

export function setApiKey(key) {
  sessionStorage.setItem(KEY, key);
  if (preferences.rememberKey && key) localStorage.setItem(KEY, key);
  else localStorage.removeItem(KEY);
}

export function applyTheme() {
  const dark = preferences.theme === "dark"
    || (preferences.theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  return dark;
}

export function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name)) ?? {};
  } catch {
    return {};
  }
}
