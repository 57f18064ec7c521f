/** Shows one turn: the question, and under it the answer as it grows, with its markers, its sources line and its tools. */

import { copyButton } from "./clipboard.js";
import { sourceLines } from "./conversation-file.js";
import { element, plural } from "./dom.js";
import { snippetOf } from "./footnotes.js";
import { drawFormulas } from "./formulas.js";
import { closeStale, hoverListeners } from "./hover-card.js";
import { icon } from "./icons.js";
import { showMarkdown } from "./markdown.js";
import { errorCard, noticeCard } from "./notices.js";
import { questionNode } from "./question.js";
import { plainText } from "./quotes.js";
import { placeOf, sourceName } from "./snippet.js";
import { splitThinking } from "./thinking.js";
import { citationsOfMarkers, verdictOf } from "./verdicts.js";

const LONGEST_EXCERPT = 280;
const ENDINGS = {
  length: "The answer is cut off here: the model reached its limit of tokens.",
  content_filter: "The answer is cut off here: the model's content filter ended it.",
};

/** A turn on the page; call update() after its answer changed. */
export class TurnView {
  constructor(turn, { onMarker, onSources, onRegenerate, onRetry, onContinue, ...editing }) {
    this.turn = turn;
    this.citationOf = new WeakMap();
    this.callbacks = { onMarker, onSources, onRegenerate, onRetry, onContinue };
    this.status = element("div", { class: "answer-status" });
    this.thoughts = element("div", { class: "thoughts-text", dir: "auto" });
    this.thoughtsLine = element("summary", {});
    this.thoughtsBox = element("details", { class: "thoughts", hidden: true }, this.thoughtsLine, this.thoughts);
    this.text = element("div", { class: "answer-text" });
    this.foot = element("div", { class: "actions" });
    this.answer = element(
      "article",
      { class: "answer", "aria-label": "Answer", "aria-live": "polite" },
      element("h2", { class: "visually-hidden" }, "Answer"),
      this.status,
      this.thoughtsBox,
      this.text,
      this.foot,
    );
    this.node = element("section", { class: "turn" }, questionNode(turn, editing), this.answer);
    this.update();
  }

  /** Show the answer as it is now. */
  update() {
    const { answer } = this.turn;
    const isGrowing = answer.state === "waiting" || answer.state === "streaming";
    this.answer.setAttribute("aria-busy", String(isGrowing));
    this.answer.dataset.state = answer.state;
    this.#showOnce("status", `${answer.state} ${Boolean(answer.retrieval)} ${answer.citations?.length}`, () =>
      this.#statusNodes(),
    );
    const { thoughts, said } = splitThinking(answer);
    this.#showThoughts(thoughts, isGrowing && !said);
    showMarkdown(this.text, said, (n) => this.#marker(n));
    drawFormulas(this.text);
    closeStale();
    if (answer.citations) this.#showVerdicts(answer.citations);
    this.#showOnce("foot", answer.state, () => (isGrowing ? [] : this.#footNodes()));
  }

  #showThoughts(thoughts, isThinking) {
    this.thoughtsBox.hidden = !thoughts;
    this.thoughtsLine.textContent = isThinking ? "Thinking…" : "Thoughts";
    if (this.thoughts.textContent !== thoughts) this.thoughts.textContent = thoughts;
  }

  /** Rebuilding only what changed keeps the focus where it is while text flows. */
  #showOnce(place, key, makeNodes) {
    if (this[place].dataset.key === key) return;
    this[place].dataset.key = key;
    this[place].replaceChildren(...makeNodes());
  }

  #marker(n) {
    const snippet = snippetOf(this.turn.answer, n);
    if (!snippet) return null;
    const marker = element(
      "button",
      {
        class: "marker",
        type: "button",
        "data-n": n,
        "aria-label": this.#markerLabel(n),
        keydown: (event) => this.#moveToMarker(event),
        ...hoverListeners(() => this.#describe(marker, snippet)),
      },
      String(n),
    );
    marker.addEventListener("click", () => this.callbacks.onMarker(this.turn, n));
    return marker;
  }

  /** The arrow keys go from marker to marker. */
  #moveToMarker(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const markers = this.#markers();
    const next = step && markers[markers.indexOf(event.currentTarget) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  }

  #describe(marker, snippet) {
    const citation = this.citationOf.get(marker);
    return {
      name: snippet.filename ?? "Untitled",
      place: placeOf(snippet),
      verdict: citation ? verdictOf(citation) : null,
      // Where nothing was found, what both have in common is a scrap.
      text: excerptOf((citation?.verified && citation.quote) || snippet.text),
    };
  }

  #markers() {
    return [...this.text.querySelectorAll(".marker")].filter((marker) => marker instanceof HTMLElement);
  }

  /** Say at each marker what was found out about it. */
  #showVerdicts(citations) {
    const markers = this.#markers();
    const found = citationsOfMarkers(
      markers.map((marker) => Number(marker.dataset.n)),
      citations,
    );
    for (const [at, marker] of markers.entries()) {
      const citation = found[at];
      if (!citation) continue;
      const { name, words } = verdictOf(citation);
      const label = `${this.#markerLabel(Number(marker.dataset.n))}, ${words}`;
      marker.classList.add(`marker-${name}`);
      marker.setAttribute("aria-label", label);
      this.citationOf.set(marker, citation);
    }
  }

  #markerLabel(n) {
    const snippet = snippetOf(this.turn.answer, n);
    return `Source ${n}: ${snippet ? sourceName(snippet) : ""}`;
  }

  #statusNodes() {
    const { answer } = this.turn;
    if (answer.state === "waiting")
      return [element("span", { class: "answer-searching" }, "Searching your documents…")];
    if (!answer.retrieval) return [];
    const found = plural(answer.retrieval.chunks.length, "passage");
    const listed = answer.retrieval.files && !answer.retrieval.chunks.length;
    const text = listed
      ? `Listed ${plural(answer.retrieval.files.length, "document")}`
      : `${searched(answer)}, ${answer.citations ? used(answer, found) : `found ${found}`}`;
    return [
      element(
        "button",
        { class: "answer-sources", type: "button", click: () => this.callbacks.onSources(this.turn) },
        icon("check"),
        text,
      ),
    ];
  }

  /** What was said can be gone on with; where nothing was, there is nothing to continue. */
  #continueAction() {
    if (!splitThinking(this.turn.answer).said.trim()) return null;
    return { label: "Continue", onClick: () => this.callbacks.onContinue() };
  }

  #footNodes() {
    const { answer } = this.turn;
    if (answer.state === "interrupted") {
      return [
        noticeCard({
          tone: "warn",
          title: "This answer was interrupted",
          text: "The page was closed or loaded again while it was written.",
          actions: [this.#continueAction(), { label: "Ask again", onClick: () => this.callbacks.onRetry(this.turn) }],
        }),
      ];
    }
    if (answer.state === "failed") {
      return [
        errorCard(answer.error, {
          onRetry: () => this.callbacks.onRetry(this.turn),
          goOn: this.#continueAction(),
          isAutomatic: answer.isRetriedAlone,
          isAmid: Boolean(answer.retrieval || answer.text),
        }),
      ];
    }
    const copy = copyButton("Copy the answer", () => copyText(answer), "The answer was copied.");
    const again = element(
      "button",
      {
        class: "icon-button",
        type: "button",
        "aria-label": "Answer again",
        title: "Answer again",
        click: () => this.callbacks.onRegenerate(this.turn),
      },
      icon("again"),
    );
    const ending = endingOf(answer);
    const isCutOff = answer.state === "stopped" || answer.finishReason === "length";
    const goOn = isCutOff && this.#continueAction();
    return [
      ending && element("p", { class: "answer-ending" }, icon("warning"), ending),
      goOn && element("button", { class: "button", type: "button", click: goOn.onClick }, goOn.label),
      copy,
      again,
      element("span", { class: "answer-facts", title: usageTitle(answer.usage) }, facts(answer)),
    ].filter(Boolean);
  }
}

/** Return the beginning of a passage as a reader sees it. */
function excerptOf(source) {
  const text = plainText(source);
  return text.length > LONGEST_EXCERPT ? `${text.slice(0, LONGEST_EXCERPT).trimEnd()}…` : text;
}

function searched({ retrieval, unread }) {
  const found = retrieval.files_searched;
  const documents = found === undefined ? "your documents" : plural(found, "document");
  return `Searched ${documents}${unread ? ` while ${plural(unread, "file")} ${unread === 1 ? "was" : "were"} still being added` : ""}`;
}

function used(answer, found) {
  const count = new Set(answer.citations.map((citation) => citation.n)).size;
  if (!count) return `used none of ${found}`;
  const missing = answer.citations.filter((citation) => verdictOf(citation).name === "missing").length;
  const doubt = missing
    ? `; ${plural(missing, "statement")} not found in ${missing === 1 ? "its" : "their"} source`
    : "";
  return `used ${plural(count, "passage")}${doubt}`;
}

function facts(answer) {
  const parts = [];
  if (answer.state === "stopped") parts.push("Stopped");
  if (answer.elapsedMs !== null) parts.push(`${(answer.elapsedMs / 1000).toFixed(1)} s`);
  if (answer.usage) parts.push(plural(answer.usage.completion_tokens, "token"));
  return parts.join(" · ");
}

function usageTitle(usage) {
  return usage && `${usage.prompt_tokens} tokens read, ${usage.completion_tokens} written`;
}

function copyText(answer) {
  return [splitThinking(answer).said, sourceLines(answer).join("\n")].filter(Boolean).join("\n\n");
}

/** Say why an answer is shorter than it should be. */
function endingOf(answer) {
  if (answer.state !== "done") return null;
  if (ENDINGS[answer.finishReason]) return ENDINGS[answer.finishReason];
  return splitThinking(answer).said.trim() ? null : "The model ended without an answer.";
}
