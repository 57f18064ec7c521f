/** What the page knows of the server: whether it is ready, its provider, models and stores. */

import { ApiError, fetchModels, fetchReadiness, fetchVectorStores } from "./api.js";
import { showDocuments, showDocumentsCount } from "./documents.js";
import { announce, byId } from "./dom.js";
import { errorCard, noticeCard } from "./notices.js";
import { openSettings, showModels } from "./settings.js";
import { chosenStore, showStores } from "./stores.js";
import { showWelcome } from "./welcome.js";

const DEV_MODE = "No model is configured. Answers are sentences quoted from your documents.";

let known = Promise.resolve();

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
  showChosenStore();
}

/** Show what belongs to the chosen store. */
export function showChosenStore() {
  const store = chosenStore();
  showDocumentsCount(store);
  showDocuments();
  showWelcome(store);
}

/** Show the badge of the built-in provider, or take it away. */
export function showProvider(isFallback) {
  const badge = byId("dev-badge");
  badge.hidden = !isFallback;
  badge.title = DEV_MODE;
  badge.setAttribute("aria-description", DEV_MODE);
}

/** Show an error that no turn and no upload stands for. */
export function report(error) {
  if (openSettingsIfKeyIsAsked(error)) return;
  announce(error.message);
  showNotice(errorCard(error instanceof ApiError ? error : new ApiError(error.message, { status: 502 })));
}

/** Return whether the error is the server asking for a key; then Settings open at that field. */
export function openSettingsIfKeyIsAsked(error) {
  if (error.status !== 401) return false;
  openSettings({ at: "api-key", keyMessage: error.message });
  return true;
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
    if (!openSettingsIfKeyIsAsked(error)) showNotice(errorCard(error, { onRetry: learnAboutServer }));
  }
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
