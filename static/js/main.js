// The page: asks, shows the answer as it comes, and keeps store, sources and conversations in step.

import { TurnView, toEnd } from "./answer.js";
import { chat, get, ready } from "./api.js";
import { listConversations, messagesOf, newConversation, saveConversation } from "./conversations.js";
import { $, announce, drawIcons, element } from "./dom.js";
import { preferences, savePreferences } from "./preferences.js";
import { bindSettings, offerModels, openDialog } from "./settings.js";
import { openSources, plural, showSources } from "./sources.js";
import { acceptFiles } from "./uploads.js";

const SUGGESTIONS = ["What are these documents about?", "What changed most recently?", "Which deadlines are mentioned?", "What do I have to do, and by when?"];
const RETRIES_AFTER_429 = 1;

let conversation = newConversation();
let stores = [];
let running = null;
let loading = null;

const store = () => stores.find((candidate) => candidate.id === $("store").value);
const storeName = () => store()?.name || "your documents";

function askForKey() {
  openDialog("settings");
  $("api-key").focus();
}

function refresh() {
  loading = load();
}

async function load() {
  try {
    const state = await ready();
    $("dev-badge").hidden = state.provider?.chat !== "fallback";
    const [{ data: found }, { data: models }] = await Promise.all([get("/v1/vector_stores?limit=100&order=asc"), get("/v1/models")]);
    stores = found;
    offerModels(models.map((model) => model.id).filter((id) => !id.includes("@") && !id.includes("embedding")));
    drawStores();
  } catch (error) {
    if (error.status === 401) askForKey();
  }
}

function drawStores() {
  const chosen = stores.find((candidate) => candidate.id === preferences.store) ?? stores.find((candidate) => candidate.is_default) ?? stores[0];
  const options = stores.map((candidate) => element("option", { value: candidate.id, text: candidate.name || candidate.id }));
  $("store").replaceChildren(...(options.length ? options : [element("option", { value: "", text: "Your documents" })]));
  $("store").value = chosen?.id ?? "";
  $("document-count").textContent = String(chosen?.file_counts.completed ?? 0);
}

async function listDocuments() {
  const files = store() ? (await get(`/v1/vector_stores/${store().id}/files?limit=100`)).data : [];
  const rows = files.map((file) => element("li", {}, element("span", { text: file.filename, dir: "auto" }), element("span", { className: "muted", text: plural(file.chunks, "passage") })));
  $("document-list").replaceChildren(...(rows.length ? rows : [element("li", { className: "muted", text: "No documents yet." })]));
  openDialog("documents");
}

function request() {
  const body = {
    model: preferences.model,
    messages: messagesOf(conversation, preferences.instructions.trim()),
    footnote: { max_num_results: preferences.top, ranking_options: { score_threshold: preferences.threshold } },
  };
  if (store()) body.footnote.vector_store_ids = [store().id];
  return body;
}

function setRunning(controller) {
  running = controller;
  $("send").hidden = controller !== null;
  $("stop").hidden = controller === null;
}

async function ask(question) {
  if (running || !question.trim()) return;
  const turn = { question: question.trim(), text: "", citations: [], retrieval: null, done: false };
  conversation.turns.push(turn);
  $("empty").hidden = true;
  const view = new TurnView(turn, { storeName: storeName(), onAgain: again });
  toEnd();
  await answer(turn, view, RETRIES_AFTER_429);
}

async function again(view) {
  if (running) return;
  clearInterval(view.countdown);
  const at = conversation.turns.indexOf(view.turn);
  conversation.turns.length = at + 1;
  while (view.root.nextSibling) view.root.nextSibling.remove();
  Object.assign(view.turn, { text: "", citations: [], retrieval: null, done: false, error: null, stopped: false });
  await answer(view.turn, view, 0);
}

async function answer(turn, view, retries) {
  const controller = new AbortController();
  const started = performance.now();
  setRunning(controller);
  try {
    await loading;
    for await (const chunk of chat(request(), controller.signal)) read(chunk, turn, view);
  } catch (error) {
    if (controller.signal.aborted) turn.stopped = true;
    else fail(turn, view, error, retries);
  }
  turn.done = true;
  turn.seconds = (performance.now() - started) / 1000;
  setRunning(null);
  view.draw();
  showSources(turn, storeName());
  if (!turn.error) announce("The answer is complete.");
  saveConversation(conversation);
  drawRecent();
}

function read(chunk, turn, view) {
  if (chunk.footnote) {
    turn.retrieval = chunk.footnote;
    showSources(turn, storeName());
    if (matchMedia("(min-width: 1201px)").matches) openSources(true);
  }
  if (chunk.usage) turn.tokens = chunk.usage.total_tokens;
  const delta = chunk.choices?.[0]?.delta ?? {};
  turn.text += delta.content ?? "";
  if (delta.footnote) turn.citations = delta.footnote.citations;
  view.draw();
}

function fail(turn, view, error, retries) {
  turn.error = { message: error.message, status: error.status ?? 0, wait: 0 };
  if (error.status === 401) askForKey();
  if (error.status !== 429 || !error.retryAfter || !retries) return;
  turn.error.wait = error.retryAfter;
  view.countdown = setInterval(() => {
    turn.error.wait -= 1;
    view.draw();
    if (turn.error.wait <= 0) again(view);
  }, 1000);
}

function show(chosen) {
  if (running) running.abort();
  conversation = chosen;
  $("messages").replaceChildren();
  $("empty").hidden = conversation.turns.length > 0;
  for (const turn of conversation.turns) new TurnView(turn, { storeName: storeName(), onAgain: again });
  showSources(conversation.turns.at(-1) ?? null, storeName());
  openSources(conversation.turns.length > 0 && matchMedia("(min-width: 1201px)").matches);
  $("sidebar").classList.remove("open");
  drawRecent();
  $("question").focus();
}

function drawRecent() {
  $("recent").replaceChildren(...listConversations().map((entry) => {
    const made = element("button", { type: "button", text: entry.title, dir: "auto" });
    if (entry.id === conversation.id) made.setAttribute("aria-current", "true");
    made.addEventListener("click", () => show(entry));
    return element("li", {}, made);
  }));
}

function grow() {
  $("question").style.setProperty("height", "auto");
  $("question").style.setProperty("height", `${$("question").scrollHeight}px`);
}

function bindComposer() {
  const send = () => {
    if (running) return;
    const question = $("question").value;
    $("question").value = "";
    grow();
    ask(question);
  };
  $("composer").addEventListener("submit", (event) => { event.preventDefault(); send(); });
  $("question").addEventListener("input", grow);
  $("question").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  });
  $("stop").addEventListener("click", () => running?.abort());
}

function bindPage() {
  $("new-conversation").addEventListener("click", () => show(newConversation()));
  addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); show(newConversation()); }
    if (event.key === "Escape" && matchMedia("(max-width: 1200px)").matches) openSources(false);
  });
  $("toggle-sources").addEventListener("click", () => openSources($("sources").hidden));
  $("close-sources").addEventListener("click", () => openSources(false));
  $("toggle-sidebar").addEventListener("click", () => $("sidebar").classList.toggle("open"));
  $("open-documents").addEventListener("click", () => listDocuments().catch((error) => announce(error.message)));
  $("store").addEventListener("change", () => { preferences.store = $("store").value; savePreferences(); drawStores(); });
  $("suggestions").append(...SUGGESTIONS.map((text) => {
    const made = element("button", { type: "button", text });
    made.addEventListener("click", () => ask(text));
    return made;
  }));
}

function drawChips() {
  $("top-chip").textContent = `Top ${preferences.top}`;
}

drawIcons();
bindSettings({ onKey: refresh, onDeleted: () => show(newConversation()), onChange: drawChips });
bindComposer();
bindPage();
acceptFiles({ storeId: () => $("store").value, onReady: refresh, onUnauthorized: askForKey });
drawChips();
drawRecent();
showSources(null, "");
refresh();
