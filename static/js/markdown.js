// Answers as DOM: a small Markdown without HTML. Pictures are not loaded, links lead to http(s) only.

import { element } from "./dom.js";

const INLINE = /(`+)([\s\S]+?)\1|\*\*([\s\S]+?)\*\*|(?<![\p{L}\p{N}*])[*_](?=\S)([^*_\n]+?)(?<=\S)[*_](?![\p{L}\p{N}*])|!?\[([^\]\n]*)\]\(([^)\s]+)[^)]*\)|\[(\d{1,3})\]/gu;

export function render(text, makeMarker) {
  const root = element("div", { className: "prose", dir: "auto" });
  const lines = text.split("\n");
  let at = 0;
  while (at < lines.length) at = block(lines, at, root, makeMarker);
  return root;
}

function block(lines, at, root, makeMarker) {
  const line = lines[at];
  if (!line.trim()) return at + 1;
  if (/^\s*```/.test(line)) return code(lines, at, root);
  const heading = line.match(/^#{1,6}\s+(.*)/);
  if (heading) {
    root.append(inline(element("h3"), heading[1], makeMarker));
    return at + 1;
  }
  if (line.includes("|") && /^\s*\|?[\s:|-]+$/.test(lines[at + 1] ?? "") && (lines[at + 1] ?? "").includes("-")) {
    return table(lines, at, root, makeMarker);
  }
  if (listItem(line)) return list(lines, at, root, makeMarker);
  return paragraph(lines, at, root, makeMarker);
}

function code(lines, at, root) {
  let end = at + 1;
  while (end < lines.length && !/^\s*```/.test(lines[end])) end += 1;
  root.append(element("pre", {}, element("code", { text: lines.slice(at + 1, end).join("\n") })));
  return end + 1;
}

function table(lines, at, root, makeMarker) {
  const cells = (line) => line.trim().replace(/^\||\|$/g, "").split("|").map((cell) => cell.trim());
  const row = (line, tag) => element("tr", {}, ...cells(line).map((cell) => inline(element(tag), cell, makeMarker)));
  const body = element("tbody");
  const made = element("table", {}, element("thead", {}, row(lines[at], "th")), body);
  let end = at + 2;
  for (; end < lines.length && lines[end].includes("|"); end += 1) body.append(row(lines[end], "td"));
  root.append(made);
  return end;
}

const listItem = (line) => line.match(/^\s*(?:([-*•])|(\d{1,3})[.)])\s+(.*)/);

function list(lines, at, root, makeMarker) {
  const made = element(listItem(lines[at])[1] ? "ul" : "ol");
  let end = at;
  for (let item; end < lines.length && (item = listItem(lines[end])); end += 1) {
    made.append(inline(element("li"), item[3], makeMarker));
  }
  root.append(made);
  return end;
}

function paragraph(lines, at, root, makeMarker) {
  let end = at + 1;
  while (end < lines.length && lines[end].trim() && !/^\s*(```|#{1,6}\s)/.test(lines[end]) && !listItem(lines[end])) end += 1;
  root.append(inline(element("p"), lines.slice(at, end).join("\n"), makeMarker));
  return end;
}

function inline(parent, text, makeMarker) {
  let last = 0;
  for (const found of text.matchAll(INLINE)) {
    parent.append(text.slice(last, found.index));
    parent.append(part(found, makeMarker));
    last = found.index + found[0].length;
  }
  parent.append(text.slice(last));
  return parent;
}

function part([whole, , code_, strong, emphasis, label, address, number], makeMarker) {
  if (code_ !== undefined) return element("code", { text: code_ });
  if (strong !== undefined) return inline(element("strong"), strong, makeMarker);
  if (emphasis !== undefined) return inline(element("em"), emphasis, makeMarker);
  if (number !== undefined) return makeMarker(Number(number)) ?? whole;
  if (!/^https?:\/\//i.test(address)) return whole;
  return element("a", { text: label || address, href: address, target: "_blank", rel: "noopener noreferrer" });
}
