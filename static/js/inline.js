/** Turns marked's tokens of a line into nodes: emphasis, code, formulas, links and markers; everything else stays text. */

import { element } from "./dom.js";

const MARKER = /[ \t]*\[(\d{1,3}(?:\s?,\s?\d{1,3}){0,9})\](?![(:])/g;
// What closes a sentence stays on the line of the marker before it.
const BEHIND_MARKER = /^[.,;:!?…)”’»"'。，、；：！？）」』]+/;
const TAGS = { strong: "strong", em: "em", del: "del" };

/** Return the nodes of the tokens; `marker(n)` gives the node of a known marker, or null. */
export function inlineNodes(tokens, marker) {
  return tokens.flatMap((token) => nodesOf(token, marker));
}

function nodesOf(token, marker) {
  switch (token.type) {
    case "strong":
    case "em":
    case "del":
      return [element(TAGS[token.type], {}, ...inlineNodes(token.tokens, marker))];
    case "codespan":
      return [element("code", { dir: "ltr" }, token.text)];
    case "math":
      return [element("code", { class: "formula", dir: "ltr" }, token.text)];
    case "br":
      return [element("br")];
    case "link":
    case "image":
      return [linkNode(token)];
    case "text":
      return token.tokens ? inlineNodes(token.tokens, marker) : markedText(token.text, marker);
    default:
      return [document.createTextNode(token.text ?? token.raw)];
  }
}

/** An unsafe address is shown as it was written; an image is never loaded, only linked. */
function linkNode({ href, text, raw }) {
  const address = safeAddress(href);
  if (!address) return document.createTextNode(raw);
  return element("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, text || href);
}

/** Return the address when a browser may follow it, else null: http and https only. */
function safeAddress(address) {
  try {
    const url = new URL(address);
    return url.protocol === "http:" || url.protocol === "https:" ? url.href : null;
  } catch {
    return null;
  }
}

function markedText(text, marker) {
  const nodes = [];
  let shown = 0;
  for (const found of text.matchAll(MARKER)) {
    const markers = found[1].split(",").map((number) => marker(Number(number)));
    if (markers.includes(null)) continue;
    const end = found.index + found[0].length;
    const [behind = ""] = text.slice(end).match(BEHIND_MARKER) ?? [];
    if (behind) markers.push(element("span", { class: "marked" }, markers.pop(), behind));
    nodes.push(document.createTextNode(text.slice(shown, found.index)), ...markers);
    shown = end + behind.length;
  }
  return [...nodes, document.createTextNode(text.slice(shown))].filter((node) => node.textContent !== "");
}
