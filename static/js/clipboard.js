/** Copies text, and says whether that worked: at the button, and to screen readers. */

import { announce, element } from "./dom.js";
import { icon } from "./icons.js";

const SHOWN_MS = 1500;

/** Return a button that copies what `text()` returns when it is pressed. */
export function copyButton(label, text, said) {
  const button = element(
    "button",
    { class: "icon-button", type: "button", "aria-label": label, title: "Copy" },
    icon("copy"),
  );
  button.addEventListener("click", async () => {
    const isCopied = await writeClipboard(text());
    announce(isCopied ? said : "The browser did not allow copying.");
    if (!isCopied) return;
    button.replaceChildren(icon("check"));
    setTimeout(() => button.replaceChildren(icon("copy")), SHOWN_MS);
  });
  return button;
}

/** The clipboard API exists on https and localhost only; elsewhere the old command still works. */
async function writeClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = element("textarea", { class: "visually-hidden" });
    area.value = text;
    document.body.append(area);
    area.select();
    const isCopied = document.execCommand("copy");
    area.remove();
    return isCopied;
  }
}
