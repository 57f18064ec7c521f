/** Turns a line of Markdown into nodes: emphasis, code, links and markers; everything else stays text. */

import { element } from "./dom.js";

// How far a closing ** or * is looked for, so that hostile text costs linear time.
const REACH = 2000;
const DEEPEST = 6;

const CODE = /(`+)([^`]{1,4000}?)\1(?!`)/y;
const LINK = /(!?)\[([^[\]]{0,500})\]\(\s*<?((?:[^\s()<>]|\([^\s()<>]*\)){1,2000})>?(?:\s+"[^"]{0,500}")?\s*\)/y;
const BARE_LINK = /https?:\/\/[^\s<>"'`]{1,2000}/y;
const MARKER = /[ \t]*\[(\d{1,3}(?:\s?,\s?\d{1,3}){0,9})\](?![(:])/y;
const ESCAPE = /\\([\\`*_{}[\]()#+\-.!|~>$])/y;
const BREAK = /(?: {2,}|\\)\n/y;
const SPECIAL = /[\\`*_~![h \t]/g;

/** Return the nodes of the text; `marker(n)` gives the node of a known marker, or null. */
export function inlineNodes(text, marker, depth = 0) {
  const nodes = [];
  let plain = "";
  let at = 0;
  const flush = () => {
    if (plain) nodes.push(document.createTextNode(plain));
    plain = "";
  };

  while (at < text.length) {
    const found = nodeAt(text, at, { marker, depth });
    if (found) {
      if (found.nodes) {
        flush();
        nodes.push(...found.nodes);
      } else plain += found.plain;
      at = found.end;
    } else {
      const next = nextSpecial(text, at + 1);
      plain += text.slice(at, next);
      at = next;
    }
  }
  flush();
  return nodes;
}

/** Return the address when a browser may follow it, else null: http and https only. */
export function safeAddress(address) {
  try {
    const url = new URL(address);
    return url.protocol === "http:" || url.protocol === "https:" ? url.href : null;
  } catch {
    return null;
  }
}

function nextSpecial(text, from) {
  SPECIAL.lastIndex = from;
  return SPECIAL.exec(text)?.index ?? text.length;
}

function nodeAt(text, at, context) {
  switch (text[at]) {
    case "`":
      return codeAt(text, at);
    case "\\":
      return breakAt(text, at) ?? escapeAt(text, at);
    case "*":
    case "_":
    case "~":
      return emphasisAt(text, at, context);
    case "!":
    case "[":
      return markerAt(text, at, context) ?? linkAt(text, at);
    case " ":
    case "\t":
      return breakAt(text, at) ?? markerAt(text, at, context);
    case "h":
      return bareLinkAt(text, at);
    default:
      return null;
  }
}

function match(pattern, text, at) {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function codeAt(text, at) {
  const code = match(CODE, text, at);
  if (!code) return null;
  return { nodes: [element("code", { dir: "ltr" }, code[2].trim() || code[2])], end: at + code[0].length };
}

function escapeAt(text, at) {
  const escaped = match(ESCAPE, text, at);
  return escaped && { plain: escaped[1], end: at + 2 };
}

function breakAt(text, at) {
  const found = match(BREAK, text, at);
  return found && { nodes: [element("br")], end: at + found[0].length };
}

function emphasisAt(text, at, { marker, depth }) {
  const sign = text[at];
  const run = text.startsWith(sign.repeat(2), at) ? 2 : 1;
  if ((sign === "~" && run === 1) || depth >= DEEPEST) return null;
  const delimiter = sign.repeat(run);
  const opensWord = sign === "_" && /[\p{L}\p{N}]/u.test(text[at - 1] ?? "");
  if (opensWord || /\s|^$/.test(text[at + run] ?? "")) return null;
  const close = closingAt(text, at + run, delimiter);
  if (close < 0) return null;
  const tag = sign === "~" ? "del" : run === 2 ? "strong" : "em";
  const inner = inlineNodes(text.slice(at + run, close), marker, depth + 1);
  return { nodes: [element(tag, {}, ...inner)], end: close + run };
}

function closingAt(text, from, delimiter) {
  const near = text.slice(from, from + REACH);
  for (let at = near.indexOf(delimiter); at >= 0; at = near.indexOf(delimiter, at + 1)) {
    const isLonger = delimiter.length === 1 && near[at + 1] === delimiter;
    if (isLonger) at += 1;
    else if (at > 0 && closes(near[at - 1], near[at + delimiter.length] ?? " ")) return from + at;
  }
  return -1;
}

/** Whether a delimiter between these two characters ends emphasis; CommonMark's right-flanking rule. */
function closes(before, after) {
  if (/[\s\\]/.test(before)) return false;
  return !/[\p{P}\p{S}]/u.test(before) || /[\s\p{P}\p{S}]/u.test(after);
}

function markerAt(text, at, { marker }) {
  const found = match(MARKER, text, at);
  if (!found) return null;
  const nodes = found[1].split(",").map((number) => marker(Number(number)));
  if (nodes.includes(null)) return null;
  return { nodes, end: at + found[0].length };
}

function linkAt(text, at) {
  const link = match(LINK, text, at);
  if (!link) return null;
  const end = at + link[0].length;
  const address = safeAddress(link[3]);
  // An unsafe address is shown as it was written; an image is never loaded, only linked.
  if (!address) return { plain: link[0], end };
  return { nodes: [anchor(address, link[2] || link[3])], end };
}

function bareLinkAt(text, at) {
  if (/[\p{L}\p{N}]/u.test(text[at - 1] ?? "")) return null;
  const link = match(BARE_LINK, text, at)?.[0].replace(/[.,;:!?)\]*_]+$/, "");
  const address = link && safeAddress(link);
  return address ? { nodes: [anchor(address, link)], end: at + link.length } : null;
}

function anchor(address, text) {
  return element("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, text);
}
