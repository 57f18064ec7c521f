// Conversations, kept on this device: turns of a question, an answer and what it came from.

import { read } from "./preferences.js";

const STORE = "footnote.conversations";
const MOST = 30;

let all = Array.isArray(read(STORE).list) ? read(STORE).list : [];

export function listConversations() {
  return all;
}

export function newConversation() {
  return { id: crypto.randomUUID?.() ?? String(Date.now()), title: "", turns: [] };
}

export function saveConversation(conversation) {
  if (!conversation.turns.length) return;
  conversation.title ||= conversation.turns[0].question.slice(0, 60);
  all = [conversation, ...all.filter((other) => other.id !== conversation.id)].slice(0, MOST);
  while (!stored() && all.length > 1) all.pop();
}

export function deleteConversations() {
  all = [];
  localStorage.removeItem(STORE);
}

export function messagesOf(conversation, instructions) {
  const messages = instructions ? [{ role: "system", content: instructions }] : [];
  for (const turn of conversation.turns) {
    messages.push({ role: "user", content: turn.question });
    if (turn.text) messages.push({ role: "assistant", content: turn.text });
  }
  return messages;
}

function stored() {
  try {
    localStorage.setItem(STORE, JSON.stringify({ list: all }));
    return true;
  } catch {
    return false;
  }
}
