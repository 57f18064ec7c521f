/** Shows one turn: the question, and under it the answer as it grows, with its markers, its sources line and its tools. */

import { announce, element, plural } from "./dom.js";
import { citedSnippets, footnoteOf, snippetOf } from "./footnotes.js";
import { icon } from "./icons.js";
import { showMarkdown } from "./markdown.js";
import { errorCard, noticeCard } from "./notices.js";
import { sourceName } from "./snippet.js";
import { citationsOfMarkers, verdictOf } from "./verdicts.js";

/** A turn on the page; call update() after its answer changed. */
export class TurnView {
  constructor(turn, { onMarker, onSources, onRegenerate, onRetry }) {
    this.turn = turn;
    this.callbacks = { onMarker, onSources, onRegenerate, onRetry };
    this.status = element("div", { class: "answer-status" });
    this.text = element("div", { class: "answer-text" });
    this.foot = element("div", { class: "actions" });
    this.answer = element(
      "article",
      { class: "answer", "aria-label": "Answer", "aria-live": "polite" },
      this.status,
      this.text,
      this.foot,
    );
    const question = element(
      "div",
      { class: "question", dir: "auto" },
      element("span", { class: "visually-hidden" }, "You asked: "),
      turn.question,
    );
    this.node = element("section", { class: "turn" }, question, this.answer);
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
    showMarkdown(this.text, answer.text, (n) => this.#marker(n));
    if (answer.citations) this.#showVerdicts(answer.citations);
    this.#showOnce("foot", answer.state, () => (isGrowing ? [] : this.#footNodes()));
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
    const label = this.#markerLabel(n);
    const onClick = () => this.callbacks.onMarker(this.turn, n);
    return element(
      "button",
      { class: "marker", type: "button", "data-n": n, "aria-label": label, title: label, click: onClick },
      String(n),
    );
  }

  /** Say at each marker what was found out about it. */
  #showVerdicts(citations) {
    const markers = [...this.text.querySelectorAll(".marker")].filter((marker) => marker instanceof HTMLElement);
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
      marker.title = label;
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
      : `${searched(answer.retrieval)}, ${answer.citations ? used(answer, found) : `found ${found}`}`;
    return [
      element(
        "button",
        { class: "answer-sources", type: "button", click: () => this.callbacks.onSources(this.turn) },
        icon("check"),
        text,
      ),
    ];
  }

  #footNodes() {
    const { answer } = this.turn;
    if (answer.state === "interrupted") {
      return [
        noticeCard({
          tone: "warn",
          title: "This answer was interrupted",
          text: "The page was closed or loaded again while it was written.",
          action: { label: "Ask again", onClick: () => this.callbacks.onRetry(this.turn) },
        }),
      ];
    }
    if (answer.state === "failed") {
      return [
        errorCard(answer.error, {
          onRetry: () => this.callbacks.onRetry(this.turn),
          isAutomatic: answer.isRetriedAlone,
        }),
      ];
    }
    const copy = element(
      "button",
      { class: "icon-button", type: "button", "aria-label": "Copy the answer", title: "Copy" },
      icon("copy"),
    );
    copy.addEventListener("click", () => copyAnswer(answer, copy));
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
    return [copy, again, element("span", { class: "answer-facts", title: usageTitle(answer.usage) }, facts(answer))];
  }
}

function searched({ files_searched: filesSearched }) {
  return filesSearched === undefined ? "Searched your documents" : `Searched ${plural(filesSearched, "document")}`;
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

async function copyAnswer(answer, button) {
  const lines = citedSnippets(answer).map((snippet) => `[${footnoteOf(answer, snippet)}] ${sourceName(snippet)}`);
  const isCopied = await writeClipboard([answer.text, lines.join("\n")].filter(Boolean).join("\n\n"));
  announce(isCopied ? "The answer was copied." : "The browser did not allow copying.");
  if (!isCopied) return;
  button.replaceChildren(icon("check"));
  setTimeout(() => button.replaceChildren(icon("copy")), 1500);
}

/** The clipboard API exists on https and localhost only; elsewhere the old command still works. */
async function writeClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = element("textarea", { class: "visually-hidden" });
    area.value = text;
    document.body.append(area);
    area.select();
    const isCopied = document.execCommand("copy");
    area.remove();
    return isCopied;
  }
}
