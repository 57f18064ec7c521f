/** The page of a retrieval: what was asked, what both legs of the search found, what was chosen, and what the model read. */

import { request } from "./api.js";
import { byId, element, plural } from "./dom.js";
import { keepKey, readKey } from "./key.js";
import { whyKey } from "./key-dialog.js";
import { placeOf } from "./snippet.js";
import { wireTheme } from "./theme.js";

const MODES = { hybrid: "Hybrid: by meaning and by words", semantic: "By meaning", lexical: "By words" };
const ROUTES = {
  empty: "Nothing to search",
  exact: "All passages were compared",
  bits: "All passages were compared by the signs of their embeddings, the best of them exactly",
  ivfflat: "An index chose the passages that were compared",
  lexical: "By words only",
  spread: "Passages spread over whole documents",
  listing: "Read off the list of the files",
};
const STEPS = {
  plan: "Choose the stores and the way",
  embed: "Embed the question",
  search: "Search both legs",
  rerank: "Re-rank",
  passages: "Join and widen passages",
  documents: "Read documents",
  listing: "List files",
};

wireTheme();
byId("key-form").addEventListener("submit", (event) => {
  event.preventDefault();
  keepKey(byId("key", HTMLInputElement).value.trim(), { remember: false });
  show();
});
document.documentElement.dataset.started = "";
show();

async function show() {
  const retrievalId = location.pathname.split("/").at(-1) ?? "";
  try {
    const found = await (await request(`/v1/retrievals/${retrievalId}`)).json();
    byId("key-form").hidden = true;
    document.title = `${found.asked?.[0] ?? "How it was found"} · Footnote`;
    byId("retrieval-body").replaceChildren(...sections(found));
  } catch (error) {
    const isAsked = error.status === 401;
    byId("key-form").hidden = !isAsked;
    byId("key", HTMLInputElement).value = readKey();
    const text = isAsked ? whyKey(error) : error.message;
    byId("retrieval-body").replaceChildren(element("p", { role: "alert" }, text));
  }
}

function sections(found) {
  return [
    facts(found),
    ...timings(found.milliseconds ?? {}),
    ...candidates(found),
    ...passages(found.chunks ?? []),
    ...files(found.files ?? []),
    ...prompt(found.prompt),
  ];
}

function facts(found) {
  const asked = (found.asked ?? []).join(" · ");
  const queries = (found.queries ?? []).join(" · ");
  const rows = [
    ["Asked", asked],
    ["Searched for", queries !== asked && queries],
    ["Search", MODES[found.mode] ?? found.mode],
    ["Way", `${ROUTES[found.route] ?? found.route}${found.probes ? ` (${plural(found.probes, "probe")})` : ""}`],
    ["Stores", (found.vector_store_ids ?? []).join(", ")],
    ["Documents searched", String(found.files_searched ?? "")],
    ["Re-ranked", found.reranked && "by the re-ranker"],
    ["When", new Date(found.created_at * 1000).toLocaleString()],
    ["Record", found.id],
  ];
  const pairs = rows.filter(([, text]) => text);
  return element(
    "dl",
    { class: "retrieval-facts" },
    ...pairs.flatMap(([name, text]) => [element("dt", {}, name), element("dd", { dir: "auto" }, text)]),
  );
}

function timings(milliseconds) {
  const steps = Object.entries(milliseconds);
  if (!steps.length) return [];
  const total = steps.reduce((sum, [, time]) => sum + time, 0);
  const rows = steps.map(([step, time]) => [
    STEPS[step] ?? step,
    element("span", {}, bar(time / (total || 1)), `${time.toFixed(1)} ms`),
  ]);
  return [heading(`Time: ${total.toFixed(1)} ms`), table(["Step", "Time"], rows)];
}

/** Both legs, and what became of them: ranks say what each leg alone would have chosen. */
function candidates({ candidates: found = [], chunks = [] }) {
  if (!found.length) return [];
  const used = new Map(chunks.map((chunk) => [chunk.chunk_id, chunk]));
  const names = new Map(chunks.map((chunk) => [chunk.file_id, chunk.filename]));
  const byMeaning = ranks(found, "cosine");
  const byWords = ranks(found, "lexical");
  const rows = found.map((candidate) => [
    passageLink(candidate.chunk_id, used.get(candidate.chunk_id), names),
    leg(candidate.scores?.cosine, byMeaning.get(candidate)),
    leg(candidate.scores?.lexical, byWords.get(candidate)),
    element("span", {}, bar(candidate.score), candidate.score.toFixed(3)),
    used.has(candidate.chunk_id) ? `Source ${used.get(candidate.chunk_id).n}` : "–",
  ]);
  return [
    heading(`Candidates: ${found.length}`),
    hint("What both legs of the search found, in the order of the fused score. #1 is the leg's own best."),
    table(["Passage", "Meaning (cosine)", "Words (BM25)", "Fused", "Given to the model"], rows),
  ];
}

function ranks(found, leg) {
  const scored = found.filter((candidate) => typeof candidate.scores?.[leg] === "number");
  const sorted = scored.toSorted((one, other) => other.scores[leg] - one.scores[leg]);
  return new Map(sorted.map((candidate, at) => [candidate, at + 1]));
}

function leg(score, rank) {
  if (typeof score !== "number") return "–";
  return element("span", {}, `${score.toFixed(3)} `, element("span", { class: "rank" }, `#${rank}`));
}

/** Name a passage's file, by its id where none of its passages was used. */
function passageLink(chunkId, chunk, names) {
  const [, file, ordinal] = /^chunk_(.+)_(\d+)$/.exec(chunkId) ?? [];
  if (!file) return chunkId;
  const address = chunk?.url ?? `/sources/file-${file}?chunk=${encodeURIComponent(chunkId)}#passage`;
  const name = names.get(`file-${file}`) ?? `file-${file}`;
  return element("a", { href: address }, element("bdi", {}, name), `, passage ${Number(ordinal) + 1}`);
}

function passages(chunks) {
  if (!chunks.length) return [];
  const cards = chunks.map((chunk) => {
    const place = placeOf(chunk);
    const line = element(
      "bdi",
      {},
      `${chunk.n}. ${chunk.filename ?? "A deleted document"}${place ? ` · ${place}` : ""}`,
    );
    const text = element("p", { class: "retrieval-text" }, chunk.text ?? "Its text was deleted with the document.");
    return element("details", {}, element("summary", {}, line), text);
  });
  return [heading(`Passages given to the model: ${chunks.length}`), ...cards];
}

function files(listed) {
  if (!listed.length) return [];
  const items = listed.map((file) => element("li", {}, element("bdi", {}, file.filename ?? file.file_id)));
  return [heading(`Files listed: ${listed.length}`), element("ul", {}, ...items)];
}

function prompt(messages) {
  if (!messages) return [];
  const shown = messages.map(({ role, content }) => {
    const text = typeof content === "string" ? content : content && JSON.stringify(content, null, 2);
    return element(
      "details",
      {},
      element("summary", {}, role),
      element("p", { class: "retrieval-text" }, text ?? "Earlier answers are not kept here."),
    );
  });
  return [heading("What the model read"), hint("The messages, word for word."), ...shown];
}

function heading(text) {
  return element("h2", {}, text);
}

function hint(text) {
  return element("p", { class: "retrieval-hint" }, text);
}

function bar(share) {
  const fill = element("span", { class: "score-fill" });
  fill.style.setProperty("inline-size", `${Math.round(Math.min(Math.max(share, 0), 1) * 100)}%`);
  return element("span", { class: "score-bar", "aria-hidden": "true" }, fill);
}

function table(names, rows) {
  const head = element("tr", {}, ...names.map((name) => element("th", { scope: "col" }, name)));
  const lines = rows.map(([first, ...rest]) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, first),
      ...rest.map((cell) => element("td", { class: "figure" }, cell)),
    ),
  );
  const whole = element("table", {}, element("thead", {}, head), element("tbody", {}, ...lines));
  return element("div", { class: "retrieval-frame", tabindex: 0, role: "group", "aria-label": names[0] }, whole);
}
