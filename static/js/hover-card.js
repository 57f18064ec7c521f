/** Shows what a marker stands for beside it, while the pointer rests on it or the keyboard is at it. */

import { byId, capitalized, element } from "./dom.js";

const OPEN_MS = 250;
// Long enough to move the pointer from the marker onto the card.
const CLOSE_MS = 200;
const EDGE_PX = 8;
const GAP_PX = 6;

/** @type {HTMLElement | null} */
let shownAt = null;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** Make the card stay under the pointer, and go by Esc and by scrolling. */
export function wireHoverCard() {
  const card = byId("hover-card");
  card.addEventListener("pointerenter", () => clearTimeout(timer));
  card.addEventListener("pointerleave", closeSoon);
  byId("thread").addEventListener("scroll", close, { passive: true });
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !shownAt) return;
    event.preventDefault();
    close();
  });
}

/** Return the listeners of a marker; `describe()` says what to show: its source's name and place, verdict and quote. */
export function hoverListeners(describe) {
  return {
    pointerenter: ({ currentTarget, pointerType }) => {
      if (pointerType === "touch") return;
      clearTimeout(timer);
      timer = setTimeout(() => open(currentTarget, describe), OPEN_MS);
    },
    pointerleave: closeSoon,
    focus: ({ currentTarget }) => {
      if (currentTarget.matches(":focus-visible")) open(currentTarget, describe);
    },
    blur: close,
    click: close,
  };
}

/** Take the card off the page when its marker is not there any more. */
export function closeStale() {
  if (shownAt && !shownAt.isConnected) close();
}

function close() {
  clearTimeout(timer);
  shownAt?.removeAttribute("aria-describedby");
  shownAt = null;
  const card = byId("hover-card");
  if (card.matches(":popover-open")) card.hidePopover();
}

function closeSoon() {
  clearTimeout(timer);
  timer = setTimeout(close, CLOSE_MS);
}

function open(marker, describe) {
  close();
  if (!marker.isConnected) return;
  const { name, place, verdict, text } = describe();
  const card = byId("hover-card");
  const lines = [
    element("p", { class: "card-name" }, element("bdi", {}, name)),
    place && element("p", { class: "card-place", dir: "auto" }, place),
    verdict &&
      element("p", { class: `verdict verdict-${verdict.name}` }, `${verdict.sign} ${capitalized(verdict.words)}`),
    element("p", { class: "hover-text", dir: "auto" }, text),
  ];
  card.replaceChildren(...lines.filter(Boolean));
  card.showPopover();
  put(card, marker.getBoundingClientRect());
  marker.setAttribute("aria-describedby", "hover-card");
  shownAt = marker;
}

/** Above the marker where there is room, else below. */
function put(card, marker) {
  const { width, height } = card.getBoundingClientRect();
  const left = Math.min(marker.left, innerWidth - width - EDGE_PX);
  const above = marker.top - height - GAP_PX;
  card.style.setProperty("left", `${Math.max(left, EDGE_PX)}px`);
  card.style.setProperty("top", `${above >= EDGE_PX ? above : marker.bottom + GAP_PX}px`);
}
