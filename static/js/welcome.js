/** The page before the first question: questions that fit any documents. */

import { byId, element } from "./dom.js";

const QUESTIONS = [
  "What are the most important points?",
  "Which dates and deadlines are mentioned?",
  "Which rules have exceptions?",
  "Who is responsible for what?",
];

/** Offer questions; with no documents there is nothing to ask about yet. */
export function showSuggestions({ hasDocuments, onAsk }) {
  const card = (question) =>
    element("button", { class: "suggestion", type: "button", click: () => onAsk(question) }, question);
  byId("suggestions").replaceChildren(...(hasDocuments ? QUESTIONS.map(card) : []));
}
