/** Keeps the conversations in this browser, newest first, and makes of one what the model reads. */

import { load, save } from "./storage.js";

const NAME = "footnote.conversations";
const OPEN_NAME = "footnote.conversation";
const MOST_KEPT = 50;
const MARKER = /[ \t]*\[\d{1,3}(?:\s?,\s?\d{1,3})*\](?![(:])/g;

let kept = load(NAME, []).filter((conversation) => Array.isArray(conversation?.turns));

/** Return all conversations, newest first. */
export function listConversations() {
  return kept;
}

/** Return the conversation with this id, or undefined. */
export function findConversation(conversationId) {
  return kept.find((conversation) => conversation.conversationId === conversationId);
}

/** Return a conversation in which nothing was asked; it is kept once something is. */
export function makeConversation() {
  return { conversationId: crypto.getRandomValues(new Uint32Array(2)).join("-"), title: "", turns: [] };
}

/** Put the conversation first and keep it; the oldest go when there is no room. */
export function keepConversation(conversation) {
  kept = [conversation, ...kept.filter((other) => other !== conversation)].slice(0, MOST_KEPT);
  while (!save(NAME, kept) && kept.length > 1) kept.pop();
}

/** Forget every conversation. */
export function deleteConversations() {
  kept = [];
  save(NAME, kept);
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
    return findConversation(sessionStorage.getItem(OPEN_NAME));
  } catch {
    return undefined;
  }
}

/** Return the messages for the last turn: instructions, what was said before, the question. */
export function messagesOf(conversation, instructions) {
  const messages = instructions.trim() ? [{ role: "system", content: instructions.trim() }] : [];
  const last = conversation.turns.at(-1);
  for (const { question, answer } of conversation.turns.slice(0, -1)) {
    if (!answer.text) continue;
    // Old markers number other snippets than the next answer's: the model must not copy them.
    messages.push({ role: "user", content: question }, { role: "assistant", content: answer.text.replace(MARKER, "") });
  }
  return [...messages, { role: "user", content: last.question }];
}
