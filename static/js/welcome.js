/** The page before the first question: questions about the documents that are there, or a sample document. */

import { fetchTopics } from "./api.js";
import { byId, element } from "./dom.js";

/** What "Try it with a sample handbook" adds. */
const SAMPLE = { address: "/static/sample-handbook.md", name: "sample-handbook.md" };

const LONGEST_NAME = 48;

let shown = "";
let callbacks = { onAsk: (_question) => {}, onFiles: (_files) => {}, onFailed: (_error) => {} };

/** Make suggestions ask, and the sample document come. */
export function wireWelcome({ onAsk, onFiles, onFailed }) {
  callbacks = { onAsk, onFiles, onFailed };
  byId("try-sample").addEventListener("click", addSample);
}

/** Offer questions about a store's documents; where there are none, offer the sample. */
export async function showWelcome(store) {
  const documents = store?.file_counts?.completed ?? 0;
  byId("try-sample").hidden = documents > 0 || (store?.file_counts?.in_progress ?? 0) > 0;
  const seen = `${store?.id} ${documents}`;
  // In a conversation nobody sees the suggestions.
  if (seen === shown || byId("welcome").hidden) return;
  shown = seen;
  const topics = documents ? await fetchTopics(store.id).catch(() => []) : [];
  if (seen === shown) byId("suggestions").replaceChildren(...topics.map(card));
}

function card(topic) {
  const question = questionOf(topic);
  const label = questionOf({ ...topic, filename: shortened(topic.filename) });
  return element(
    "button",
    { class: "suggestion", type: "button", dir: "auto", title: question, click: () => callbacks.onAsk(question) },
    label,
  );
}

/** Return a name without its middle if it is long: its end tells what kind of file it is. */
function shortened(name) {
  const letters = [...name];
  return letters.length <= LONGEST_NAME ? name : `${letters.slice(0, 28).join("")}…${letters.slice(-14).join("")}`;
}

function questionOf({ filename, heading }) {
  if (!heading) return `What is ${filename} about?`;
  return /[?？؟]$/.test(heading) ? heading : `What is said about “${heading}”?`;
}

async function addSample() {
  const button = byId("try-sample", HTMLButtonElement);
  button.disabled = true;
  try {
    const response = await fetch(SAMPLE.address);
    if (!response.ok) throw new Error("The sample handbook is not on this server.");
    callbacks.onFiles([new File([await response.blob()], SAMPLE.name, { type: "text/markdown" })]);
  } catch (error) {
    callbacks.onFailed(error);
  }
  button.disabled = false;
}
