// One turn on the page: the question, the answer as it grows, its markers, its notices.

import { $, announce, button, element, icon, iconButton } from "./dom.js";
import { render } from "./markdown.js";
import { focusSource, openSources, place, plural, showSources } from "./sources.js";

export class TurnView {
  constructor(turn, { storeName, onAgain }) {
    this.turn = turn;
    this.storeName = storeName;
    this.onAgain = onAgain;
    this.body = element("div");
    this.answer = element("article", { className: "answer", "aria-label": "Answer" }, this.body);
    this.root = element("section", {}, element("div", { className: "question", text: turn.question, dir: "auto" }), this.answer);
    $("messages").append(this.root);
    this.draw();
  }

  draw() {
    if (this.pending) return;
    this.pending = true;
    requestAnimationFrame(() => {
      this.pending = false;
      const stick = nearEnd();
      this.body.replaceChildren(...this.parts());
      if (stick) toEnd();
    });
  }

  parts() {
    const { turn } = this;
    const parts = [];
    if (turn.retrieval) parts.push(this.searched());
    if (turn.done && turn.retrieval && !turn.retrieval.chunks.length) parts.push(this.nothingFound());
    if (turn.text || !turn.error) {
      const prose = render(turn.text, (number) => this.marker(number));
      if (!turn.done) (prose.lastElementChild ?? prose).append(element("span", { className: "caret" }));
      parts.push(prose);
    }
    if (turn.error) parts.push(this.failed());
    if (turn.done && turn.text) parts.push(this.actions());
    return parts;
  }

  searched() {
    const { turn } = this;
    const used = new Set(turn.citations.map((citation) => citation.n)).size;
    const text = `Searched ${plural(turn.retrieval.files_searched, "document")}`
      + (turn.done ? `, used ${plural(used, "passage")}` : `, found ${plural(turn.retrieval.chunks.length, "passage")}`);
    const made = element("button", { className: "searched", type: "button" }, icon("check"), text);
    made.addEventListener("click", () => { showSources(turn, this.storeName); openSources(true); });
    return made;
  }

  marker(number) {
    const chunk = this.turn.retrieval?.chunks.find((candidate) => candidate.n === number);
    if (!chunk) return null;
    const where = place(chunk);
    const made = element("button", { className: "marker", type: "button", text: String(number), "aria-label": `Source ${number}: ${chunk.filename}${where ? `, ${where}` : ""}` });
    made.addEventListener("click", () => focusSource(this.turn, number, this.storeName));
    return made;
  }

  actions() {
    const { turn } = this;
    const seconds = turn.seconds ? `${turn.seconds.toFixed(1)} s` : "";
    const tokens = turn.tokens ? `${turn.tokens} tokens` : "";
    return element("div", { className: "actions" },
      iconButton("copy", "Copy the answer", () => navigator.clipboard?.writeText(turn.text).then(() => announce("Copied"))),
      iconButton("again", "Answer again", () => this.onAgain(this)),
      element("span", { text: [turn.stopped ? "Stopped" : "", seconds, tokens].filter(Boolean).join(" · ") }));
  }

  nothingFound() {
    const title = `Nothing in “${this.storeName}” answers this`;
    return notice("warn", title, "No passage reached your minimum score. Add documents, or lower the minimum score in Settings.");
  }

  failed() {
    const { error } = this.turn;
    const title = error.status === 429 ? "Too many requests" : error.status === 401 ? "An API key is needed" : "That did not work";
    const detail = error.wait > 0 ? `${error.message} Trying again in ${error.wait} s.` : error.message;
    return notice("", title, detail, button(error.status === 429 ? "Try now" : "Try again", () => this.onAgain(this)));
  }
}

function notice(kind, title, detail, ...more) {
  return element("div", { className: `notice ${kind}`, role: "alert" },
    element("span", {}, icon("warn")),
    element("div", {}, element("strong", { text: title }), element("p", { text: detail }), ...more));
}

function nearEnd() {
  const view = $("conversation");
  return view.scrollHeight - view.scrollTop - view.clientHeight < 120;
}

export function toEnd() {
  $("conversation").scrollTop = $("conversation").scrollHeight;
}
