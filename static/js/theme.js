/** Switches between the light and the dark appearance; "system" follows the machine. */

import { byId } from "./dom.js";
import { icon } from "./icons.js";
import { prefer, preferences } from "./preferences.js";

const SYSTEM_DARK = matchMedia("(prefers-color-scheme: dark)");

/** Make the button in the bar work. */
export function wireTheme() {
  byId("theme-button").addEventListener("click", () => chooseTheme(isDark() ? "light" : "dark"));
  SYSTEM_DARK.addEventListener("change", show);
  show();
}

/** Keep and show "system", "light" or "dark". */
export function chooseTheme(theme) {
  prefer({ theme });
  show();
}

function isDark() {
  return preferences.theme === "system" ? SYSTEM_DARK.matches : preferences.theme === "dark";
}

function show() {
  if (preferences.theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = preferences.theme;
  byId("theme-button").replaceChildren(icon(isDark() ? "sun" : "moon"));
  byId("theme-button").setAttribute("aria-label", `Use the ${isDark() ? "light" : "dark"} appearance`);
}
