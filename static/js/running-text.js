/** Joins the lines of a passage that were broken where its document's column ended: a card has another width. */

// A line that stands by itself: an item, a heading, a quote, a row, code.
const OWN_LINE = /^(?:\s|[-*•+>#|]|\d{1,3}[.)]\s|$)/;
const ROW = /^\s*\|.*\|\s*$/;
// Shorter lines are those of an address or a poem, and no column's.
const NARROWEST_COLUMN = 40;

/** Return the text with a space for each break after which a line goes on; a break stays where the next word had room. */
export function joinedLines(text) {
  if (text.includes("```")) return text;
  const lines = text.split("\n");
  const column = Math.max(...lines.map((line) => (ROW.test(line) ? 0 : line.length)), NARROWEST_COLUMN);
  return lines.reduce((written, line, number) => {
    const before = lines[number - 1];
    return `${written}${goesOn(before, line, column) ? " " : "\n"}${line}`;
  });
}

function goesOn(before, line, column) {
  if (OWN_LINE.test(line) || before.trim() === "" || ROW.test(before) || /^#{1,6} /.test(before)) return false;
  return before.trimEnd().length + 1 + line.split(/\s/, 1)[0].length > column;
}
