/** Takes Markdown apart by marked's lexer, as documents and models write it; formulas stay as they were written. */

import { Lexer, Tokenizer } from "../vendor/marked.esm.js";

// More is no answer and no passage, and would hold the page up.
const LONGEST = 400_000;
const TEX = /[\\^_={}]/;
const DISPLAY = /^(?:\$\$([^$]+?)\$\$|\\\[([\s\S]+?)\\\])/;
// As in pandoc: no space inside the signs, no digit after them, so that prices stay prices.
const INLINE = /^(?:\$(?![\s$])((?:\\.|[^$\\\n])*?(?:\\.|[^\s$\\]))\$(?![\d$])|\\\(([^\n]+?)\\\))/;

/** Without what documents and models do not mean: HTML, code by indentation, and "[1]: address", which would take the markers. */
class Plain extends Tokenizer {
  html() {}
  tag() {}
  code() {}
  def() {}
}

const EXTENSIONS = {
  block: [(source) => formula(DISPLAY, source, "display")],
  inline: [(source) => formula(DISPLAY, source, "math") ?? formula(INLINE, source, "math")],
  startBlock: [(source) => source.search(/\$\$|\\\[/)],
  startInline: [(source) => startOf(source, /\$|\\[([]/)],
  childTokens: {},
};

/** Return marked's tokens of the source; a text that its lexer does not bear is one paragraph. */
export function lex(source) {
  try {
    if (source.length <= LONGEST)
      return new Lexer({ gfm: true, tokenizer: new Plain(), extensions: EXTENSIONS }).lex(source);
  } catch {
    // Blocks nested thousands deep exhaust the stack.
  }
  return [{ type: "paragraph", raw: source, tokens: [{ type: "text", raw: source, text: source }] }];
}

function startOf(source, pattern) {
  const at = source.search(pattern);
  return at < 0 ? undefined : at;
}

/** A formula in brackets has signs of TeX: parsers escape the brackets of plain text alike. */
function formula(pattern, source, type) {
  const found = pattern.exec(source);
  const text = found && (found[1] ?? found[2]);
  if (!found || !text?.trim()) return undefined;
  if (source[0] === "\\" && !TEX.test(text)) return undefined;
  if (type === "display" && !/^[ \t]*(?:\n|$)/.test(source.slice(found[0].length))) return undefined;
  return { type, raw: found[0], text: text.trim() };
}
