/** Draws an answer's formulas as MathML, by Temml. What Temml does not know stays as it was written. */

import { element } from "./dom.js";

const TEMML = new URL("../vendor/temml.min.js", import.meta.url).href;
const UNDRAWN = "code.formula:not([data-seen]), .formula > code:not([data-seen])";

/** @type {Promise<any> | null} */
let loading = null;

/** Draw the formulas that showMarkdown has left in the container; Temml is loaded with the first. */
export async function drawFormulas(container) {
  if (!container.querySelector(UNDRAWN)) return;
  loading ??= load();
  const temml = await loading;
  for (const code of container.querySelectorAll(UNDRAWN)) draw(temml, code);
}

/** Return Temml, or null if it does not arrive: the page works without. */
function load() {
  return new Promise((resolve) => {
    const script = element("script", {
      src: TEMML,
      load: () => resolve(/** @type {any} */ (globalThis).temml),
      error: () => resolve(null),
    });
    document.head.append(script);
  });
}

function draw(temml, code) {
  code.dataset.seen = "";
  const isDisplay = code.parentElement.matches("div.formula");
  const drawn = element("span", { class: "formula", dir: "ltr" });
  try {
    temml.render(code.textContent, drawn, { displayMode: isDisplay, throwOnError: true });
  } catch {
    return;
  }
  if (isDisplay) drawn.setAttribute("tabindex", "0");
  code.replaceWith(drawn);
}
