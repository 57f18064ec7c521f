/** Runs one question at a time: sends it, shows the answer as it grows, and says what went wrong or was not found. */

import { ApiError, searchVectorStore } from "./api.js";
import { showAnswering, showSearchMode } from "./composer.js";
import * as conversations from "./conversation.js";
import { plural } from "./dom.js";
import { markInterrupted, noteRunning } from "./interruption.js";
import { askForKey } from "./key-dialog.js";
import { noticeCard } from "./notices.js";
import { preferences } from "./preferences.js";
import { showProvider, whenKnown } from "./server.js";
import { followSources, openSources, showSources } from "./sources.js";
import { chosenStore, nameOf } from "./stores.js";
import { makeAnswer, receiveAnswer } from "./stream.js";
import { addNotice, addTurn, followConversation, updateTurn } from "./thread.js";
import { countUnread } from "./uploads.js";

const MOST_AUTOMATIC_RETRIES = 3;
const CLOSEST_SHOWN = 3;
const SAVE_MS = 2000;
const WATCH_MS = 5000;

/** @type {any} */
let conversation = null;
let onKept = () => {};
/** @type {{ controller: AbortController, turn: any, asked: any } | null} */
let running = null;
let isPageGone = false;

/** Keep what was written of an answer when the page goes, and notice when another tab's answer breaks off. */
export function wireAsking() {
  addEventListener("pagehide", () => {
    isPageGone = true;
    if (running) save(running.turn, running.asked);
  });
  addEventListener("pageshow", ({ persisted }) => {
    isPageGone = false;
    if (persisted) stop();
  });
  setInterval(() => {
    for (const turn of markInterrupted(conversation.turns.filter((one) => one !== running?.turn))) updateTurn(turn);
  }, WATCH_MS);
}

/** Return whether an answer grows in this tab. */
export function isAnswering() {
  return running !== null;
}

/** Ask in this conversation from now on; `onChanged` hears when it was kept. */
export function askIn(opened, onChanged) {
  stop();
  conversation = opened;
  markInterrupted(opened.turns);
  onKept = onChanged;
}

/** Ask a new question. */
export function ask(question) {
  if (running) return;
  conversation.title ||= question.slice(0, 120);
  const turn = conversations.makeTurn(question, makeAnswer(), { retriesLeft: MOST_AUTOMATIC_RETRIES });
  conversation.turns.push(turn);
  addTurn(turn);
  run(turn, conversation);
}

/** Ask a turn's question again, in its place. */
export function askAgain(turn) {
  stop();
  const again = conversations.makeTurn(turn.question, makeAnswer(), { retriesLeft: turn.retriesLeft ?? 0 });
  conversations.replaceTurn(conversation, turn, again);
  followConversation(conversation);
  run(again, conversation);
}

/** Ask another question in the place of a turn and of all after it. */
export function askInstead(turn, question) {
  stop();
  conversations.dropFrom(conversation, turn);
  followConversation(conversation);
  ask(question);
}

/** Have the model go on with its last answer. */
export function askToContinue() {
  ask("Go on where your last answer stopped.");
}

/** Stop the answer that grows, if one does. */
export function stop() {
  running?.controller.abort();
  running = null;
  showAnswering(false);
}

async function run(turn, asked) {
  const own = { controller: new AbortController(), turn, asked };
  turn.answer.unread = countUnread();
  running = own;
  noteRunning(turn.turnId);
  showAnswering(true);
  keep(turn, asked);
  const saving = setInterval(() => save(turn, asked), SAVE_MS);

  try {
    await whenKnown();
    await receiveAnswer(turn.answer, bodyOf(turn, asked), { signal: own.controller.signal, onChange: follow(turn) });
    showProvider(turn.answer.provider === "fallback");
  } catch (error) {
    // The browser cuts the connections of a page that goes: what is saved then says enough.
    if (isPageGone) return;
    fail(turn, error);
  } finally {
    clearInterval(saving);
  }

  if (running === own) {
    stop();
    noteRunning("");
  }
  keep(turn, asked);
  if (asked === conversation && asked.turns.includes(turn)) settle(turn);
}

function save(turn, asked) {
  turn.savedAt = Date.now();
  conversations.keepConversation(asked);
}

function keep(turn, asked) {
  save(turn, asked);
  if (asked === conversation) onKept();
}

function fail(turn, error) {
  const { answer } = turn;
  if (error.name === "AbortError") {
    answer.state = "stopped";
    return;
  }
  if (!(error instanceof ApiError)) throw error;
  answer.state = "failed";
  answer.error = { ...error, message: error.message };
  answer.isRetriedAlone = error.retryAfterSeconds !== null && turn.retriesLeft > 0;
  turn.retriesLeft -= 1;
  askForKey(error);
}

/** Deltas may come by the hundred per second: one frame shows what has come since the last. */
function follow(turn) {
  let isPending = false;
  let seen = "";
  return () => {
    if (isPending) return;
    isPending = true;
    requestAnimationFrame(() => {
      isPending = false;
      updateTurn(turn);
      const known = `${Boolean(turn.answer.retrieval)} ${Boolean(turn.answer.citations)}`;
      if (known !== seen && turn.answer.retrieval && conversation.turns.includes(turn)) followSources(turn);
      seen = known;
    });
  };
}

function settle(turn) {
  updateTurn(turn);
  const { answer } = turn;
  if (answer.state !== "failed") followSources(turn);
  if (answer.retrieval?.mode) showSearchMode(answer.retrieval.mode);
  if (answer.state !== "done") return;
  if (answer.unread && !answer.citations?.length) offerAgain(turn);
  else if (answer.retrieval && !answer.retrieval.chunks.length && !answer.retrieval.files) explainNothingFound(turn);
}

/** Say that the answer may be in a file that could not be searched yet. */
function offerAgain(turn) {
  const { unread } = turn.answer;
  const card = noticeCard({
    tone: "warn",
    title: `${plural(unread, "file")} ${unread === 1 ? "was" : "were"} still being added`,
    text: "What is not read yet cannot be searched. Ask again when it is ready.",
    action: { label: "Ask again", onClick: () => askAgain(turn) },
  });
  addNotice(turn, card);
}

function bodyOf(turn, asked) {
  const store = chosenStore();
  const footnote = { max_num_results: preferences.maxNumResults };
  if (store) footnote.vector_store_ids = [store.id];
  if (preferences.scoreThreshold > 0) footnote.ranking_options = { score_threshold: preferences.scoreThreshold };
  return {
    model: preferences.model ?? "default",
    messages: conversations.messagesOf(asked, turn, preferences.instructions),
    footnote,
  };
}

/** Say that nothing was close enough, and offer what came closest. */
async function explainNothingFound(turn) {
  const store = chosenStore();
  const closest =
    store && preferences.scoreThreshold > 0
      ? await searchVectorStore(store.id, { query: turn.question, maxNumResults: CLOSEST_SHOWN }).catch(() => [])
      : [];
  const [best] = closest ?? [];
  const minimum = preferences.scoreThreshold.toFixed(2);
  const text = best
    ? `The closest passage scored ${best.score.toFixed(2)}, below your minimum of ${minimum}. Add documents or lower the minimum score in Settings.`
    : "No passage matched the question. Add documents, or ask in other words.";
  const action = best && { label: "Show closest passages", onClick: () => showClosest(turn, closest) };
  addNotice(turn, noticeCard({ tone: "warn", title: `Nothing in “${nameOf(store)}” answers this`, text, action }));
}

function showClosest(turn, found) {
  const chunks = found.map((hit, index) => ({
    ...hit,
    ...hit.footnote,
    n: index + 1,
    text: hit.content.map((part) => part.text).join("\n"),
  }));
  showSources({ question: turn.question, answer: { ...turn.answer, retrieval: { chunks }, citations: [] } });
  openSources();
}
