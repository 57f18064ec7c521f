/** Parts what a model thinks from what it says: some write their thoughts into the answer, between tags. Pure. */

const OPEN = /^\s*<think(?:ing)?>/;
const CLOSE = /<\/think(?:ing)?>\s*/;
const OPENS = ["<think>", "<thinking>"];

/** Return the thoughts of an answer, what is said behind them, and where in the answer that begins. */
export function splitThinking({ text, thoughts = "" }) {
  const open = OPEN.exec(text)?.[0] ?? "";
  const close = CLOSE.exec(text);
  // Some templates write the opening tag into the prompt, so that only the closing one is answered.
  if (close && (open || !/<think/.test(text.slice(0, close.index)))) {
    const start = close.index + close[0].length;
    return { thoughts: thoughts + text.slice(open.length, close.index).trim(), said: text.slice(start), start };
  }
  if (open) return { thoughts: thoughts + text.slice(open.length).trimStart(), said: "", start: text.length };
  if (text.trim() && OPENS.some((tag) => tag.startsWith(text.trim())))
    return { thoughts, said: "", start: text.length };
  return { thoughts, said: text, start: 0 };
}
