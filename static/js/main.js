/** Starts the page: wires its parts together and opens a conversation. */

import { ask, askAgain, askIn, askInstead, askToContinue, isAnswering, stop, wireAsking } from "./asking.js";
import { showSearchChips, wireComposer } from "./composer.js";
import * as conversations from "./conversation.js";
import { wireDocuments } from "./documents.js";
import { byId } from "./dom.js";
import { wireHoverCard } from "./hover-card.js";
import { drawIcons } from "./icons.js";
import { askForKey, wireKeyDialog } from "./key-dialog.js";
import { prefer } from "./preferences.js";
import { setDrawer, showRecent, wireRecent } from "./recent.js";
import { learnAboutServer, refreshSoon, refreshStores, report, showChosenStore } from "./server.js";
import { wireSettings } from "./settings.js";
import { closeSources, focusSnippet, openSources, showSources, wireSources } from "./sources.js";
import { chosenStore, wireStores } from "./stores.js";
import { wireTheme } from "./theme.js";
import { followConversation, showConversation, wireThread } from "./thread.js";
import { addFiles, wireUploads } from "./uploads.js";
import { showWelcome, wireWelcome } from "./welcome.js";

/** @type {any} */
let shown = null;

function start() {
  drawIcons();
  wireTheme();
  wireComposer({ onSend: ask, onStop: stop });
  wireRecent({ onNew: openNew, onOpen: open, onDeleted: leave });
  conversations.wireConversations({ onChanged: follow });
  wireAsking();
  wireThread({
    onMarker: focusSnippet,
    onSources: openSourcesOf,
    onRegenerate: askAgain,
    onRetry: askAgain,
    onContinue: askToContinue,
    countLater: (turn) => shown.turns.length - shown.turns.indexOf(turn) - 1,
    onReplace: askInstead,
    onBranch: branch,
  });
  wireHoverCard();
  wireSources();
  wireStores({ onChosen: showChosenStore });
  wireUploads({ chosenStore, onIngested: afterIngest, onError: afterFailedUpload });
  wireDocuments({ onChanged: () => refreshStores().catch(report) });
  wireKeyDialog({ onKey: learnAboutServer });
  wireWelcome({ onAsk: ask, onFiles: addFiles, onFailed: report });
  wireSettings({ onClose: afterSettings, onDeleteConversations: deleteConversations });
  showSearchChips();
  open(conversations.findOpen() ?? conversations.makeConversation());
  learnAboutServer();
  document.documentElement.dataset.started = "";
}

function open(conversation) {
  shown = conversation;
  const keepInStep = () => {
    conversations.rememberOpen(conversation.conversationId);
    showRecent(conversation);
  };
  askIn(conversation, keepInStep);
  showConversation(conversation);
  // Until the stores are known, nothing is offered.
  if (chosenStore()) showWelcome(chosenStore());
  closeSources();
  showSources(conversation.turns.at(-1) ?? null);
  setDrawer(false);
  keepInStep();
  byId("question").focus();
}

function openNew() {
  open(conversations.makeConversation());
}

/** Ask a changed question in a conversation of its own, which shares what was said before. */
function branch(turn, question) {
  open(conversations.branchBefore(shown, turn));
  ask(question);
}

/** Another tab changed the conversation. */
function follow(conversationId) {
  showRecent(shown);
  if (conversationId !== shown.conversationId) return;
  if (conversations.findConversation(conversationId)) followConversation(shown);
  else if (!isAnswering()) openNew();
}

/** The conversation was deleted in this tab. */
function leave({ conversationId }) {
  if (conversationId === shown.conversationId) openNew();
  else showRecent(shown);
}

function openSourcesOf(turn) {
  showSources(turn);
  openSources();
}

function afterIngest(ingested) {
  if (!chosenStore()) prefer({ vectorStoreId: ingested.vector_store_id });
  return refreshSoon();
}

/** A file that was refused had been counted while it was read. */
function afterFailedUpload(error) {
  if (!askForKey(error) && error.status === 400) refreshSoon();
}

function afterSettings({ isKeyChanged }) {
  showSearchChips();
  if (isKeyChanged) learnAboutServer();
}

function deleteConversations() {
  conversations.deleteConversations();
  openNew();
}

start();
