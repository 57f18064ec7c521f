/** Turns Markdown into elements block by block; blocks that did not change keep their elements while text flows. */

import { copyButton } from "./clipboard.js";
import { element } from "./dom.js";
import { inlineNodes } from "./inline.js";

const DEEPEST = 6;
const FENCE = /^ {0,3}(`{3,}|~{3,})\s*([\w+#.-]{0,40})/;
const HEADING = /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/;
const RULE = /^ {0,3}([-*_])(?:\s*\1){2,}\s*$/;
const QUOTE = /^ {0,3}> ?/;
const ITEM = /^( {0,3})([-*+]|(\d{1,9})[.)])( +|$)/;
const TASK = /^\[([ xX])\]\s+/;
const TABLE_RULE = /^ {0,3}\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

/** Show the Markdown in the container, changing only the blocks that differ from what it shows. */
export function showMarkdown(container, source, marker) {
  const blocks = splitBlocks(source.replace(/\r\n?/g, "\n").split("\n"));
  const shown = container.shownBlocks ?? [];
  const keys = blocks.map((lines) => lines.join("\n"));
  let same = 0;
  while (same < keys.length && shown[same]?.key === keys[same]) same += 1;
  for (const { node } of shown.slice(same)) node.remove();
  const added = blocks
    .slice(same)
    .map((lines, index) => ({ key: keys[same + index], node: blockNode(lines, marker, 0) }));
  container.append(...added.map(({ node }) => node));
  container.shownBlocks = [...shown.slice(0, same), ...added];
}

/** Return the lines grouped into blocks. */
export function splitBlocks(lines) {
  const blocks = [];
  for (let at = 0; at < lines.length; ) {
    if (!lines[at].trim()) {
      at += 1;
      continue;
    }
    const end = Math.max(blockEnd(lines, at), at + 1);
    blocks.push(lines.slice(at, end));
    at = end;
  }
  return blocks;
}

function blockEnd(lines, at) {
  const fence = FENCE.exec(lines[at]);
  if (fence) return fenceEnd(lines, at, fence[1]);
  if (HEADING.test(lines[at]) || RULE.test(lines[at])) return at + 1;
  if (QUOTE.test(lines[at])) return runEnd(lines, at, (line) => QUOTE.test(line));
  if (ITEM.test(lines[at])) return listEnd(lines, at);
  if (startsTable(lines, at)) return runEnd(lines, at, (line) => line.includes("|"));
  return runEnd(lines, at + 1, (line, index) => line.trim() && !startsBlock(lines, index));
}

function runEnd(lines, at, belongs) {
  let end = at;
  while (end < lines.length && belongs(lines[end], end)) end += 1;
  return end;
}

function fenceEnd(lines, at, fence) {
  const close = lines.findIndex(
    (line, index) => index > at && line.trim().startsWith(fence) && !line.trim().replaceAll(fence[0], ""),
  );
  return close < 0 ? lines.length : close + 1;
}

function listEnd(lines, at) {
  const isOrdered = Boolean(ITEM.exec(lines[at])?.[3]);
  let end = at + 1;
  for (let next = end; next < lines.length; next += 1) {
    const line = lines[next];
    if (!line.trim()) continue;
    const item = ITEM.exec(line);
    const isNextItem = item && !RULE.test(line) && Boolean(item[3]) === isOrdered;
    const isInside = /^( {2,}|\t)/.test(line);
    const isLazy = next === end && !startsBlock(lines, next);
    if (!isNextItem && !isInside && !isLazy) break;
    end = next + 1;
  }
  return end;
}

function startsTable(lines, at) {
  return lines[at].includes("|") && TABLE_RULE.test(lines[at + 1] ?? "") && lines[at + 1].includes("-");
}

function startsBlock(lines, at) {
  const line = lines[at];
  return (
    FENCE.test(line) ||
    HEADING.test(line) ||
    RULE.test(line) ||
    QUOTE.test(line) ||
    ITEM.test(line) ||
    startsTable(lines, at)
  );
}

function blockNode(lines, marker, depth) {
  const [first] = lines;
  if (FENCE.test(first)) return codeBlock(lines);
  const heading = HEADING.exec(first);
  if (heading) return headingBlock(heading, marker);
  if (RULE.test(first)) return element("hr");
  if (depth < DEEPEST && QUOTE.test(first)) {
    const inner = lines.map((line) => line.replace(QUOTE, ""));
    return element("blockquote", { dir: "auto" }, ...nested(inner, marker, depth));
  }
  if (depth < DEEPEST && ITEM.test(first)) return listBlock(lines, marker, depth);
  if (startsTable(lines, 0)) return tableBlock(lines, marker);
  return element("p", { dir: "auto" }, ...inlineNodes(lines.map((line) => line.trimStart()).join("\n"), marker));
}

function nested(lines, marker, depth) {
  return splitBlocks(lines).map((block) => blockNode(block, marker, depth + 1));
}

function codeBlock(lines) {
  const fence = FENCE.exec(lines[0])?.[1] ?? "";
  const isClosed = lines.length > 1 && lines.at(-1).trim().startsWith(fence);
  const code = lines.slice(1, isClosed ? -1 : undefined).join("\n");
  const text = element("pre", { dir: "ltr", tabindex: 0 }, element("code", {}, code));
  return element(
    "div",
    { class: "code-frame" },
    text,
    copyButton("Copy the code", () => code, "The code was copied."),
  );
}

function headingBlock(heading, marker) {
  const [, signs, text] = heading;
  // The page has an h1 and each answer an h2 over it.
  const level = Math.min(signs.length + 2, 6);
  return element(`h${level}`, { dir: "auto" }, ...inlineNodes(text, marker));
}

function listBlock(lines, marker, depth) {
  const number = ITEM.exec(lines[0])?.[3];
  const items = splitItems(lines).map((item) => itemNode(item, marker, depth));
  const start = number && number !== "1" ? Number(number) : null;
  return element(number ? "ol" : "ul", { dir: "auto", start }, ...items);
}

function splitItems(lines) {
  const items = [];
  for (const line of lines) {
    const item = ITEM.exec(line);
    // A sign indented to the text of the item above begins a list inside it.
    if (item && (!items.length || item[1].length < items.at(-1).width))
      items.push({ width: item[0].length, lines: [line.slice(item[0].length)] });
    else items.at(-1).lines.push(line.replace(new RegExp(`^(\\t| {0,${Math.min(items.at(-1).width, 12)}})`), ""));
  }
  return items;
}

function itemNode({ lines }, marker, depth) {
  const task = TASK.exec(lines[0]);
  if (task) return taskNode([lines[0].slice(task[0].length), ...lines.slice(1)], task[1] !== " ", { marker, depth });
  const isLoose = lines.some((line, index) => !line.trim() && index < lines.length - 1);
  const children = nested(lines, marker, depth);
  if (!isLoose && children[0]?.tagName === "P") children.splice(0, 1, ...children[0].childNodes);
  return element("li", { dir: "auto" }, ...children);
}

function taskNode(lines, isDone, { marker, depth }) {
  const box = element("input", {
    type: "checkbox",
    disabled: true,
    checked: isDone,
    "aria-label": isDone ? "Done" : "Not done",
  });
  const item = itemNode({ lines }, marker, depth);
  item.classList.add("task");
  item.prepend(box);
  return item;
}

function tableBlock(lines, marker) {
  const [head, , ...rows] = lines.map(splitCells);
  const cells = (tag, row) =>
    head.map((_, index) => element(tag, { dir: "auto" }, ...inlineNodes(row[index] ?? "", marker)));
  const body = rows.map((row) => element("tr", {}, ...cells("td", row)));
  const table = element(
    "table",
    {},
    element("thead", {}, element("tr", {}, ...cells("th", head))),
    element("tbody", {}, ...body),
  );
  return element("div", { class: "table-frame", tabindex: 0, role: "group", "aria-label": "Table" }, table);
}

function splitCells(line) {
  const inner = line
    .trim()
    .replace(/^\|/, "")
    .replace(/(^|[^\\])\|$/, "$1");
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
}
