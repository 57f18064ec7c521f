/** Says what is known of a citation: quoted, supported, or not found in the source, and why. Pure. */

const VERDICTS = {
  quoted: { sign: "✓", words: "quoted" },
  supported: { sign: "≈", words: "supported" },
  missing: { sign: "✕", words: "not found in the source" },
};
const REASONS = {
  number_differs: "a number differs",
  negation_differs: "it says the opposite",
  name_not_found: "a name is not there",
};

/** Return the verdict of a citation: its name for styles, its sign, and its words. */
export function verdictOf(citation) {
  const name = !citation.verified ? "missing" : citation.reason === "quoted" ? "quoted" : "supported";
  const { sign, words } = VERDICTS[name];
  const reason = REASONS[citation.reason];
  return { name, sign, words: reason && name === "missing" ? `${words}: ${reason}` : words };
}

/** Return the different verdicts of some citations, the best first. */
export function verdictsOf(citations) {
  const found = new Map(citations.map((citation) => [verdictOf(citation).words, verdictOf(citation)]));
  const order = Object.keys(VERDICTS);
  return [...found.values()].sort((one, other) => order.indexOf(one.name) - order.indexOf(other.name));
}

/** Return for each shown marker, given by its number in the order of the text, its citation or null. */
export function citationsOfMarkers(numbers, citations) {
  const inOrder = [...citations].sort((one, other) => one.start_index - other.start_index);
  let at = 0;
  return numbers.map((n) => {
    const next = inOrder.findIndex((citation, index) => index >= at && citation.n === n);
    if (next < 0) return null;
    at = next + 1;
    return inOrder[next];
  });
}
