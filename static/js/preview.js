/** Shows a source beside the answer: the document's text, at the cited passage. */

import { byId, element } from "./dom.js";
import { noticeCard } from "./notices.js";
import { fetchSource, saveOriginal } from "./source-text.js";

/** @type {{ address: string, label: string, snippet: any }[]} */
let sources = [];
let at = 0;
let asked = 0;
let onClosed = (_source) => {};

/** Make the buttons work; `onClose` hears which of the sources was shown last. */
export function wirePreview({ onClose }) {
  onClosed = onClose;
  byId("preview-back").addEventListener("click", leavePreview);
  byId("preview-before").addEventListener("click", () => go(-1));
  byId("preview-after").addEventListener("click", () => go(1));
  byId("preview").addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (event.key === "Escape") leavePreview();
    else if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
    else go(step);
    event.preventDefault();
    event.stopPropagation();
  });
  byId("preview-original").addEventListener("click", saveOriginal);
  byId("preview-text").addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest(".source-more a") : null;
    if (!(link instanceof HTMLAnchorElement)) return;
    event.preventDefault();
    show(link.href);
  });
}

/** Show one of the sources; the others are reached by the arrows. */
export function openPreview(offered, first) {
  sources = offered;
  at = first;
  byId("sources").classList.add("has-preview");
  byId("page").classList.add("has-preview");
  byId("preview").hidden = false;
  byId("preview").focus();
  showCurrent();
}

/** Take the preview away. */
export function closePreview() {
  asked += 1;
  byId("preview").hidden = true;
  byId("sources").classList.remove("has-preview");
  byId("page").classList.remove("has-preview");
}

function leavePreview() {
  closePreview();
  onClosed(sources[at]);
}

function go(step) {
  if (!sources[at + step]) return;
  at += step;
  showCurrent();
}

function showCurrent() {
  byId("preview-count").textContent = `${sources[at].label} · ${at + 1} of ${sources.length}`;
  byId("preview-before", HTMLButtonElement).disabled = at === 0;
  byId("preview-after", HTMLButtonElement).disabled = at === sources.length - 1;
  byId("preview-tab", HTMLAnchorElement).href = sources[at].address;
  show(sources[at].address);
}

async function show(address) {
  asked += 1;
  const own = asked;
  byId("preview-text").setAttribute("aria-busy", "true");
  try {
    const source = await fetchSource(address);
    if (own === asked) showSource(source);
  } catch (error) {
    if (own !== asked) return;
    const card = noticeCard({ tone: "danger", title: "This source does not open", text: error.message });
    showSource({ name: "", place: "", nodes: [card], original: null });
  }
}

function showSource({ name, place, nodes, original }) {
  byId("preview-name").replaceChildren(element("bdi", {}, name));
  byId("preview-place").textContent = place;
  const link = byId("preview-original", HTMLAnchorElement);
  link.hidden = !original;
  if (original) {
    link.href = original.href;
    Object.assign(link.dataset, original.dataset);
  }
  const text = byId("preview-text");
  text.replaceChildren(...nodes);
  text.setAttribute("aria-busy", "false");
  text.scrollTop = 0;
  const marked = text.querySelector(".quote") ?? text.querySelector("mark");
  marked?.scrollIntoView({ block: "center" });
}
