/** Keeps JSON in the browser's storage, which may be full, blocked or hold what an older page wrote. */

/** Return what was kept under the name, or the fallback. */
export function load(name, fallback) {
  try {
    return JSON.parse(localStorage.getItem(name) ?? "null") ?? fallback;
  } catch {
    return fallback;
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
