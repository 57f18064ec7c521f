/** What the page knows of the server: whether it is ready, its provider, models and stores. */

import { ApiError, fetchModels, fetchReadiness, fetchVectorStores } from "./api.js";
import { showDocuments, showDocumentsCount } from "./documents.js";
import { byId } from "./dom.js";
import { askForKey, openKeyDialog, whyKey } from "./key-dialog.js";
import { errorCard, noticeCard } from "./notices.js";
import { showModels } from "./settings.js";
import { chosenStore, showStores } from "./stores.js";
import { showWelcome } from "./welcome.js";

const DEV_MODE = "No model is configured. Answers are sentences quoted from your documents.";

// Forty files that come one after the other are no forty lists.
const REFRESH_MS = 2000;

let known = Promise.resolve();
let lastRefresh = 0;
let isRefreshDue = false;

/** Look at the server, and show what it is and holds. */
export function learnAboutServer() {
  known = learn();
}

/** Return once the last look at the server is over. */
export function whenKnown() {
  return known;
}

/** List the stores again. */
export async function refreshStores() {
  showStores((await fetchVectorStores()) ?? []);
  await showChosenStore();
}

/** List the stores again, at once or soon: many changes are one request. Only what happens at once is waited for. */
export async function refreshSoon() {
  if (isRefreshDue) return;
  const wait = lastRefresh + REFRESH_MS - Date.now();
  if (wait <= 0) {
    await refreshNow();
    return;
  }
  isRefreshDue = true;
  setTimeout(refreshNow, wait);
}

async function refreshNow() {
  isRefreshDue = false;
  lastRefresh = Date.now();
  await refreshStores().catch(report);
}

/** Show what belongs to the chosen store. */
export async function showChosenStore() {
  const store = chosenStore();
  showDocumentsCount(store);
  await Promise.all([showDocuments(), showWelcome(store)]);
}

/** Show the badge of the built-in provider, or take it away. */
export function showProvider(isFallback) {
  const badge = byId("dev-badge");
  badge.hidden = !isFallback;
  badge.title = DEV_MODE;
  badge.setAttribute("aria-description", DEV_MODE);
}

/** Show an error that no turn and no upload stands for; when the server said how long to wait, it looks again itself. */
export function report(error) {
  if (askForKey(error)) showNotice(keyCard(error));
  else showNotice(errorCard(asApiError(error), { onRetry: learnAboutServer, isAutomatic: true }));
}

async function learn() {
  try {
    const readiness = await fetchReadiness();
    const isFallback = readiness.provider?.chat === "fallback";
    showProvider(isFallback);
    showNotice(readiness.status === "ready" ? null : notReadyCard(readiness));
    const [modelIds] = await Promise.all([fetchModels(), refreshStores()]);
    showModels(modelIds, { isFallback });
  } catch (error) {
    report(error);
  }
}

function asApiError(error) {
  return error instanceof ApiError ? error : new ApiError(error.message, { status: 502 });
}

function keyCard(error) {
  const action = { label: "Enter a key", onClick: () => openKeyDialog(error) };
  return noticeCard({ tone: "warn", title: "This server asks for a key", text: whyKey(error), action });
}

function notReadyCard({ reasons = [] }) {
  return noticeCard({
    tone: "danger",
    title: "The server is not ready",
    text: reasons.join(" ") || "It may still be starting.",
    action: { label: "Try again", onClick: learnAboutServer },
  });
}

function showNotice(card) {
  byId("server-notice").replaceChildren(...(card ? [card] : []));
}
