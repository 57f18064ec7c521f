/** Shows what went wrong, or what was not found, as a card with the one thing to do about it. */

import { element } from "./dom.js";
import { icon } from "./icons.js";
import { whyKey } from "./key-dialog.js";

const WHEN_TO_TRY = /\s*(?:Please )?try again in [\w .]+$/i;
const TITLES = {
  0: "The server cannot be reached",
  400: "The question was not accepted",
  401: "The server asks for an API key",
  403: "This key may not do that",
  404: "Not found",
  413: "That is too large",
  429: "Too many requests",
  500: "The server could not answer",
  502: "The model server did not answer",
  503: "The server is busy",
  504: "The model took too long",
};
const BROKEN_OFF = "The answer broke off";

/**
 * Return a card; `tone` is "danger" or "warn".
 * @typedef {{ label: string, onClick: () => void } | null} Action
 * @param {{ tone: string, title: string, text: string, action?: Action, actions?: Action[] }} notice
 */
export function noticeCard({ tone, title, text, action = null, actions = [action] }) {
  const body = element("p", { class: "notice-text", dir: "auto" }, text);
  const buttons = actions.flatMap((one) => (one ? [actionButton(one)] : []));
  const role = tone === "danger" ? "alert" : "status";
  return element(
    "div",
    { class: `notice notice-${tone}`, role },
    icon("warning"),
    element("div", {}, element("p", { class: "notice-title" }, title), body, ...buttons),
  );
}

function actionButton({ label, onClick }) {
  return element("button", { class: "button notice-button", type: "button", click: onClick }, label);
}

/**
 * Return the card of an error. When the server said how long to wait, it counts down and then tries again itself.
 * `isAmid` says that an answer had begun, `goOn` how to have the rest of it.
 * @param {any} error
 * @param {{ onRetry?: (() => void) | null, goOn?: Action, isAutomatic?: boolean, isAmid?: boolean }} [options]
 */
export function errorCard(error, { onRetry = null, goOn = null, isAutomatic = false, isAmid = false } = {}) {
  const seconds = isAutomatic ? error.retryAfterSeconds : null;
  const label = seconds === null ? "Try again" : "Try now";
  const known = TITLES[error.status] ?? (error.status >= 500 ? TITLES[500] : TITLES[400]);
  const title = isAmid && error.status === 502 ? BROKEN_OFF : known;
  const card = noticeCard({
    tone: "danger",
    title,
    text: error.status === 401 ? whyKey(error) : saidOnce(error.message, { title, counts: seconds !== null }),
    actions: [goOn, onRetry && { label, onClick: onRetry }],
  });
  if (error.requestId) card.title = `Request ${error.requestId}`;
  if (onRetry && seconds !== null) countDown(card, { seconds, onRetry });
  return card;
}

/** What the title says is not said again, nor when to try again where the card counts down to that. */
function saidOnce(message, { title, counts }) {
  const said = `${title}. `;
  const text = message.startsWith(said) ? message.slice(said.length) : message;
  return counts ? text.replace(WHEN_TO_TRY, "") : text;
}

function countDown(card, { seconds, onRetry }) {
  const deadline = Date.now() + seconds * 1000;
  const left = element("span", { class: "notice-countdown", "aria-live": "off" });
  card.querySelector(".notice-text").append(" ", left);
  const show = () => {
    left.textContent = `Trying again in ${Math.max(0, Math.ceil((deadline - Date.now()) / 1000))} s.`;
  };
  const timer = setInterval(() => {
    if (!card.isConnected) clearInterval(timer);
    else if (Date.now() < deadline) show();
    else {
      clearInterval(timer);
      onRetry();
    }
  }, 250);
  show();
}
