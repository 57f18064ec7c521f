/** Shows Markdown as elements, block by block; blocks that did not change keep their elements while text flows. */

import { copyButton } from "./clipboard.js";
import { element } from "./dom.js";
import { inlineNodes } from "./inline.js";
import { lex } from "./lexing.js";

const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
const LETTER = /\p{L}/u;
// The page has an h1, and an h2 over each answer and each list of sources.
const HEADING_ABOVE = 2;
const DEEPEST_HEADING = 6;

/** Show the Markdown in the container, changing only the blocks that differ from what it shows. */
export function showMarkdown(container, source, marker) {
  const blocks = leveled(lex(source).filter((token) => token.type !== "space"));
  const shown = container.shownBlocks ?? [];
  const keys = blocks.map(({ token, level }) => `${level} ${token.raw}`);
  let same = 0;
  while (same < keys.length && shown[same]?.key === keys[same]) same += 1;
  for (const { node } of shown.slice(same)) node.remove();
  const added = blocks
    .slice(same)
    .map(({ token, level }, index) => ({ key: keys[same + index], node: blockNode(token, marker, level) }));
  container.append(...added.map(({ node }) => node));
  container.shownBlocks = [...shown.slice(0, same), ...added];
}

/** Say which level the heading of each block gets: none is left out on the way down. */
function leveled(tokens) {
  let above = HEADING_ABOVE;
  return tokens.map((token) => {
    if (token.type !== "heading") return { token, level: above };
    above = Math.min(token.depth + HEADING_ABOVE, above + 1, DEEPEST_HEADING);
    return { token, level: above };
  });
}

function blockNode(token, marker, level) {
  switch (token.type) {
    case "code":
      return codeBlock(token.text);
    case "display":
      return element("div", { class: "formula" }, element("code", { dir: "ltr", tabindex: 0 }, token.text));
    case "heading":
      return element(`h${level}`, { dir: "auto" }, ...inlineNodes(token.tokens, marker));
    case "hr":
      return element("hr");
    case "blockquote":
      return element("blockquote", { dir: "auto" }, ...nested(token.tokens, marker, level));
    case "list":
      return listBlock(token, marker, level);
    case "table":
      return tableBlock(token, marker);
    default:
      return element("p", { dir: "auto" }, ...inlineNodes(token.tokens ?? [token], marker));
  }
}

function nested(tokens, marker, level) {
  return tokens.filter(({ type }) => type !== "space").map((token) => blockNode(token, marker, level));
}

function codeBlock(code) {
  const text = element("pre", { dir: "ltr", tabindex: 0 }, element("code", {}, code));
  return element(
    "div",
    { class: "code-frame" },
    text,
    copyButton("Copy the code", () => code, "The code was copied."),
  );
}

function listBlock({ ordered, start, items, raw }, marker, level) {
  const nodes = items.map((item) => itemNode(item, marker, level));
  // The items have directions of their own, so the browser would look at nothing else of the list.
  const dir = directionOf(raw);
  return element(ordered ? "ol" : "ul", { dir, start: ordered && start !== 1 ? start : null }, ...nodes);
}

function itemNode({ task, checked, tokens }, marker, level) {
  const children = tokens
    .filter(({ type }) => type !== "space" && type !== "checkbox")
    .flatMap((token) => {
      // The text of a tight item is no paragraph.
      if (token.type === "text") return inlineNodes(token.tokens ?? [token], marker);
      return [blockNode(withoutBox(token), marker, level)];
    });
  const box =
    task &&
    element("input", { type: "checkbox", disabled: true, checked, "aria-label": checked ? "Done" : "Not done" });
  return element("li", { dir: "auto", class: task ? "task" : null }, box, ...children);
}

/** In a loose item the box lies inside the paragraph. */
function withoutBox(token) {
  if (token.type !== "paragraph") return token;
  return { ...token, tokens: token.tokens.filter(({ type }) => type !== "checkbox") };
}

function tableBlock({ header, rows, raw }, marker) {
  const cellNode = (tag) => (cell) =>
    element(
      tag,
      // Numbers alone follow the table.
      { dir: LETTER.test(cell.text) ? "auto" : null, class: cell.align ? `align-${cell.align}` : null },
      ...inlineNodes(cell.tokens, marker),
    );
  const body = rows.map((row) => element("tr", {}, ...row.map(cellNode("td"))));
  const dir = directionOf(raw);
  const table = element(
    "table",
    { dir },
    element("thead", {}, element("tr", {}, ...header.map(cellNode("th")))),
    element("tbody", {}, ...body),
  );
  return element("div", { class: "table-frame", dir, tabindex: 0, role: "group", "aria-label": "Table" }, table);
}

/** Return the direction in which a text begins. */
function directionOf(text) {
  const [firstLetter = ""] = LETTER.exec(text) ?? [];
  return RIGHT_TO_LEFT.test(firstLetter) ? "rtl" : "ltr";
}
