/** Shows the turns of a conversation one under the other, and stays at the end while an answer grows. */

import { TurnView } from "./answer.js";
import { byId } from "./dom.js";
import { closeStale } from "./hover-card.js";

const NEAR_END_PX = 80;

let views = new Map();
/** @type {any} */
let callbacks = {};

/** Tell the thread what its turns call when they are used. */
export function wireThread(turnCallbacks) {
  callbacks = turnCallbacks;
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

/** Bring the page in step with a conversation that another tab changed. */
export function followConversation(conversation) {
  for (const turn of views.keys()) if (!conversation.turns.includes(turn)) removeTurn(turn);
  for (const turn of conversation.turns) {
    if (views.has(turn)) updateTurn(turn);
    else addTurn(turn);
  }
}

/** Put a notice under a turn. */
export function addNotice(turn, card) {
  const follows = isNearEnd();
  views.get(turn)?.node.append(card);
  if (follows) scrollToEnd();
}

/** Take a turn off the page. */
export function removeTurn(turn) {
  views.get(turn)?.node.remove();
  views.delete(turn);
}

function add(turn) {
  const view = new TurnView(turn, callbacks);
  views.set(turn, view);
  byId("turns").append(view.node);
}

function isNearEnd() {
  const { scrollHeight, scrollTop, clientHeight } = byId("thread");
  return scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
}

function scrollToEnd() {
  byId("thread").scrollTop = byId("thread").scrollHeight;
}
