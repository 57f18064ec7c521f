/** The page of a source: shows the passage, and opens it with a key where the link alone does not. */

import { byId } from "./dom.js";
import { saveFile } from "./download.js";
import { keepKey, readKey } from "./key.js";
import { wireTheme } from "./theme.js";

wireTheme();
wireMain();
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
  const [address] = (notice()?.dataset.page ?? "").split("#");
  try {
    const response = await fetch(address, { headers: { authorization: `Bearer ${key}` }, credentials: "omit" });
    const { title, body } = new DOMParser().parseFromString(await response.text(), "text/html");
    if (response.ok && key !== readKey()) keepKey(key, { remember: false });
    byId("source").replaceChildren(...(body.querySelector("main")?.childNodes ?? []));
    document.title = title;
  } catch {
    const alert = notice()?.querySelector("[role=alert]");
    if (alert) alert.textContent = "The server cannot be reached. Check that it is running.";
  }
  wireMain();
  document.getElementById("passage")?.scrollIntoView({ block: "center" });
}

/** A link with a signature downloads by itself; without one it takes the key. */
async function saveOriginal(event) {
  const { href, dataset } = event.currentTarget;
  if (!readKey() || new URL(href).searchParams.has("signature")) return;
  event.preventDefault();
  try {
    await saveFile(dataset.file, dataset.name);
  } catch {
    location.assign(href);
  }
}
