/** Shows the turns of a conversation one under the other, and stays at the end while an answer grows. */

import { TurnView } from "./answer.js";
import { byId } from "./dom.js";
import { closeStale } from "./hover-card.js";

const NEAR_END_PX = 80;

let views = new Map();
/** @type {any} */
let callbacks = {};
let isAtEnd = true;

/** Tell the thread what its turns call when they are used. Whoever reads its end stays there when its room changes. */
export function wireThread(turnCallbacks) {
  callbacks = turnCallbacks;
  const thread = byId("thread");
  thread.addEventListener("scroll", () => {
    isAtEnd = isNearEnd();
  });
  new ResizeObserver(() => {
    if (isAtEnd) scrollToEnd();
  }).observe(thread);
}

/** Show all turns of a conversation; without any, the welcome. */
export function showConversation(conversation) {
  views = new Map();
  byId("turns").replaceChildren();
  byId("welcome").hidden = conversation.turns.length > 0;
  for (const turn of conversation.turns) add(turn);
  closeStale();
  scrollToEnd();
}

/** Show a new turn at the end. */
export function addTurn(turn) {
  byId("welcome").hidden = true;
  add(turn);
  scrollToEnd();
}

/** Show a turn's answer as it is now. */
export function updateTurn(turn) {
  const follows = isNearEnd();
  views.get(turn)?.update();
  if (follows) scrollToEnd();
}

/** Bring the page in step with a conversation whose turns were changed, by another tab or within. */
export function followConversation(conversation) {
  const follows = isNearEnd();
  for (const turn of views.keys()) if (!conversation.turns.includes(turn)) removeTurn(turn);
  byId("welcome").hidden = conversation.turns.length > 0;
  for (const [at, turn] of conversation.turns.entries()) {
    if (views.has(turn)) updateTurn(turn);
    else add(turn, { at });
  }
  if (follows) scrollToEnd();
}

/** Put a notice under a turn. */
export function addNotice(turn, card) {
  const follows = isNearEnd();
  views.get(turn)?.node.append(card);
  if (follows) scrollToEnd();
}

function removeTurn(turn) {
  views.get(turn)?.node.remove();
  views.delete(turn);
}

/** Show a turn, at its place among those that are shown. */
function add(turn, { at = views.size } = {}) {
  const view = new TurnView(turn, callbacks);
  views.set(turn, view);
  byId("turns").insertBefore(view.node, byId("turns").children[at] ?? null);
}

function isNearEnd() {
  const { scrollHeight, scrollTop, clientHeight } = byId("thread");
  return scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
}

/** The welcome is read from its beginning. */
function scrollToEnd() {
  isAtEnd = true;
  byId("thread").scrollTop = views.size ? byId("thread").scrollHeight : 0;
}
