/** Keeps each conversation in this browser under a name of its own, in step with other tabs, and makes of one what the model reads. */

import { load, namesOf, save, unsave } from "./storage.js";
import { splitThinking } from "./thinking.js";

const PREFIX = "footnote.conversation:";
// Earlier pages kept all of them in one list.
const OLD_NAME = "footnote.conversations";
const OPEN_NAME = "footnote.conversation";
const MOST_KEPT = 50;
const MARKER = /[ \t]*\[\d{1,3}(?:\s?,\s?\d{1,3})*\](?![(:])/g;

/** @type {Map<string, any>} */
const kept = new Map();
const deletedHere = new Set();
splitOldList();
for (const name of namesOf(PREFIX)) adopt(load(name, null));

/** Tell `onChanged` of each conversation that another tab changed or deleted. */
export function wireConversations({ onChanged }) {
  addEventListener("storage", ({ key, newValue }) => {
    if (!key?.startsWith(PREFIX)) return;
    const conversationId = key.slice(PREFIX.length);
    if (newValue === null) kept.delete(conversationId);
    else adopt(load(key, null));
    onChanged(conversationId);
  });
}

/** Return all conversations, newest first. */
export function listConversations() {
  return [...kept.values()].sort((one, other) => other.changedAt - one.changedAt);
}

/** Return the conversation with this id, or undefined. */
export function findConversation(conversationId) {
  return kept.get(conversationId);
}

/** Return a conversation in which nothing was asked; it is kept once something is. */
export function makeConversation() {
  return { conversationId: makeId(), title: "", titledAt: 0, changedAt: 0, turns: [], removed: [] };
}

/** Return a turn of which only the question is known. */
export function makeTurn(question, answer, { retriesLeft }) {
  return { turnId: makeId(), askedAt: Date.now(), savedAt: 0, question, answer, retriesLeft };
}

/** Put a turn in the place of another; those after it stay. */
export function replaceTurn(conversation, old, turn) {
  conversation.turns.splice(conversation.turns.indexOf(old), 1, turn);
  conversation.removed.push(old.turnId);
  turn.askedAt = old.askedAt;
}

/** Take a turn and all after it out of a conversation. */
export function dropFrom(conversation, turn) {
  const dropped = conversation.turns.splice(conversation.turns.indexOf(turn));
  conversation.removed.push(...dropped.map(({ turnId }) => turnId));
}

/** Return a new conversation that holds what was said before a turn. */
export function branchBefore(conversation, turn) {
  const before = conversation.turns.slice(0, conversation.turns.indexOf(turn));
  const title = before.length ? conversation.title : "";
  return { ...makeConversation(), title, turns: before.map((one) => structuredClone({ ...one, turnId: makeId() })) };
}

/** Return whether a conversation's title, questions or answers hold all of the words. */
export function holdsWords({ title, turns }, words) {
  const text = [title, ...turns.flatMap(({ question, answer }) => [question, answer.text])].join("\n").toLowerCase();
  return words.every((word) => text.includes(word));
}

/** Keep the conversation, with what other tabs added to it; the oldest go when there is no room. */
export function keepConversation(conversation) {
  const { conversationId } = conversation;
  if (deletedHere.has(conversationId)) return;
  const stored = load(PREFIX + conversationId, null);
  if (stored) merge(conversation, stored);
  conversation.changedAt = Date.now();
  kept.set(conversationId, conversation);
  for (const oldest of listConversations().slice(MOST_KEPT)) drop(oldest);
  while (!save(PREFIX + conversationId, conversation)) {
    const oldest = listConversations().at(-1);
    if (oldest === conversation) return;
    drop(oldest);
  }
}

/** Give a conversation another title. */
export function renameConversation(conversation, title) {
  Object.assign(conversation, { title, titledAt: Date.now() });
  keepConversation(conversation);
}

/** Forget a conversation; an answer that still grows in it does not bring it back. */
export function deleteConversation(conversation) {
  deletedHere.add(conversation.conversationId);
  drop(conversation);
}

/** Forget every conversation. */
export function deleteConversations() {
  for (const conversation of listConversations()) deleteConversation(conversation);
}

/** Remember which conversation this tab shows, so that a reload shows it again. */
export function rememberOpen(conversationId) {
  try {
    sessionStorage.setItem(OPEN_NAME, conversationId);
  } catch {
    // Without storage a reload begins a new conversation.
  }
}

/** Return the conversation that this tab showed before the reload, or undefined. */
export function findOpen() {
  try {
    return findConversation(sessionStorage.getItem(OPEN_NAME) ?? "");
  } catch {
    return undefined;
  }
}

/** Return the messages for a turn: instructions, what was said before, the question. */
export function messagesOf(conversation, turn, instructions) {
  const messages = instructions.trim() ? [{ role: "system", content: instructions.trim() }] : [];
  for (const { question, answer } of conversation.turns.slice(0, conversation.turns.indexOf(turn))) {
    const { said } = splitThinking(answer);
    if (!said) continue;
    // Old markers number other snippets than the next answer's: the model must not copy them.
    messages.push({ role: "user", content: question }, { role: "assistant", content: said.replace(MARKER, "") });
  }
  return [...messages, { role: "user", content: turn.question }];
}

function makeId() {
  return crypto.getRandomValues(new Uint32Array(2)).join("-");
}

function drop({ conversationId }) {
  kept.delete(conversationId);
  unsave(PREFIX + conversationId);
}

/** Take over what the browser's storage holds of a conversation. */
function adopt(stored) {
  if (!Array.isArray(stored?.turns)) return;
  const known = kept.get(stored.conversationId);
  if (known) merge(known, stored);
  else kept.set(stored.conversationId, { ...stored, turns: stored.turns.map(withoutRetries) });
}

/** Whatever the order in which tabs save, each ends with all turns but the removed ones, each turn as its own tab left it. */
function merge(conversation, stored) {
  const turns = new Map(conversation.turns.map((turn) => [turn.turnId, turn]));
  for (const theirs of stored.turns) {
    const ours = turns.get(theirs.turnId);
    if (!ours) turns.set(theirs.turnId, withoutRetries(theirs));
    else if (theirs.savedAt > ours.savedAt) Object.assign(ours, withoutRetries(theirs));
  }
  const removed = new Set([...conversation.removed, ...stored.removed]);
  conversation.removed = [...removed];
  conversation.turns = [...turns.values()]
    .filter((turn) => !removed.has(turn.turnId))
    .sort((one, other) => one.askedAt - other.askedAt);
  conversation.changedAt = Math.max(conversation.changedAt, stored.changedAt);
  if (stored.titledAt > conversation.titledAt || !conversation.title)
    Object.assign(conversation, { title: stored.title, titledAt: stored.titledAt });
}

/** Only the tab that asked tries again by itself. */
function withoutRetries(turn) {
  return { ...turn, answer: { ...turn.answer, isRetriedAlone: false } };
}

function splitOldList() {
  const old = load(OLD_NAME, []).filter((conversation) => Array.isArray(conversation?.turns));
  unsave(OLD_NAME);
  const now = Date.now();
  for (const [at, conversation] of old.entries()) {
    const turns = conversation.turns.map((turn, place) => ({
      ...turn,
      turnId: String(place),
      askedAt: place,
      savedAt: 0,
    }));
    const changedAt = now - at;
    save(PREFIX + conversation.conversationId, { ...conversation, turns, titledAt: 0, changedAt, removed: [] });
  }
}
