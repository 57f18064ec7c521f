/** Keeps JSON in the browser's storage, which may be full, blocked or hold what an older page wrote. */

/** Return what was kept under the name, or the fallback. */
export function load(name, fallback) {
  try {
    return JSON.parse(localStorage.getItem(name) ?? "null") ?? fallback;
  } catch {
    return fallback;
  }
}

/** Return the names that begin so. */
export function namesOf(prefix) {
  try {
    return Object.keys(localStorage).filter((name) => name.startsWith(prefix));
  } catch {
    return [];
  }
}

/** Forget what was kept under the name. */
export function unsave(name) {
  try {
    localStorage.removeItem(name);
  } catch {
    // Where nothing can be kept there is nothing to forget.
  }
}

/** Keep the value; return whether there was room. */
export function save(name, value) {
  try {
    localStorage.setItem(name, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}
