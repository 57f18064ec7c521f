/** Keeps the API key: for this tab only, or on this device when the reader asks for that. */

const NAME = "footnote.key";

/** Return the key, or an empty string. */
export function readKey() {
  try {
    return sessionStorage.getItem(NAME) ?? localStorage.getItem(NAME) ?? "";
  } catch {
    return "";
  }
}

/** Return whether the key outlives the tab. */
export function isKeyRemembered() {
  try {
    return localStorage.getItem(NAME) !== null;
  } catch {
    return false;
  }
}

/** Keep the key, or forget it when it is empty. */
export function keepKey(key, { remember }) {
  try {
    sessionStorage.removeItem(NAME);
    localStorage.removeItem(NAME);
    if (key) (remember ? localStorage : sessionStorage).setItem(NAME, key);
  } catch {
    // Without storage the key cannot be kept; the server will ask again.
  }
}

/**
 * Return the header that carries the reader's key, or the one that the server gives to visitors.
 * @returns {Record<string, string>}
 */
export function authorization() {
  const given = document.querySelector("meta[name=footnote-key]")?.getAttribute("content");
  const key = readKey() || given;
  return key ? { authorization: `Bearer ${key}` } : {};
}
