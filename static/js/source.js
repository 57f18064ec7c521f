/** The page of a source: shows the passage, and opens it with a key where the link alone does not. */

import { byId } from "./dom.js";
import { keepKey, readKey } from "./key.js";
import { fetchSourcePage, saveOriginal } from "./source-text.js";
import { wireTheme } from "./theme.js";

wireTheme();
wireMain();
document.documentElement.dataset.started = "";
if (notice() && readKey()) openWith(readKey());

/** @returns {HTMLElement | null} */
function notice() {
  return byId("source").querySelector(".source-notice");
}

function wireMain() {
  document.getElementById("key-form")?.addEventListener("submit", (event) => {
    event.preventDefault();
    openWith(byId("key", HTMLInputElement).value.trim());
  });
  document.getElementById("original")?.addEventListener("click", saveOriginal);
}

/** Ask for the page with the key; what comes is a page of the server's, its texts escaped. */
async function openWith(key) {
  try {
    const { isText, page } = await fetchSourcePage(notice()?.dataset.page ?? "", { authorization: `Bearer ${key}` });
    if (isText && key !== readKey()) keepKey(key, { remember: false });
    byId("source").replaceChildren(...(page.querySelector("main")?.childNodes ?? []));
    document.title = page.title;
  } catch (error) {
    const alert = notice()?.querySelector("[role=alert]");
    if (alert) alert.textContent = error.message;
  }
  wireMain();
  (document.getElementById("quote") ?? document.getElementById("passage"))?.scrollIntoView({ block: "center" });
}
