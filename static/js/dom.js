/** Builds elements from data: text is always a text node, so nothing that is shown is ever parsed as markup. */

/**
 * Return the element of the page with this id, of this kind; the page's own markup promises that it is there.
 * @template {HTMLElement} [T=HTMLElement]
 * @param {string} elementId
 * @param {new () => T} [kind]
 * @returns {T}
 */
export function byId(elementId, kind) {
  const found = document.getElementById(elementId);
  if (!(found instanceof (kind ?? HTMLElement))) throw new TypeError(`The page has no such element: ${elementId}`);
  return /** @type {T} */ (found);
}

/** Return a new element; a function among the properties listens to the event of that name. */
export function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(name, value);
    else if (name === "class") node.className = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** Say something to screen readers without moving the focus. */
export function announce(text) {
  byId("announcer").textContent = text;
}

/** Return whether this key sends a text field: Enter, but not while an input method composes, where it chooses a word. */
export function isSending(event) {
  return event.key === "Enter" && !event.shiftKey && !event.isComposing;
}

/** Return the words with a capital at their start. */
export function capitalized(words) {
  return words[0].toUpperCase() + words.slice(1);
}

/** Return "1 passage" or "4 passages". */
export function plural(count, noun) {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
