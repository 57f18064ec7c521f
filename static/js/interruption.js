/** Tells answers that another tab writes from those whose tab was closed or reloaded. */

const RUNNING_NAME = "footnote.running";
// A tab that writes an answer saves it more often than this, even when the browser slows it down.
const SILENT_MS = 15_000;

const leftBehind = readRunning();
noteRunning("");

/** Note which turn this tab runs, or that it runs none, so that it knows after a reload. */
export function noteRunning(turnId) {
  try {
    sessionStorage.setItem(RUNNING_NAME, turnId);
  } catch {
    // Without storage an interrupted turn is noticed by its silence.
  }
}

/** Mark the turns whose answers nobody writes any more; return those that were marked now. */
export function markInterrupted(turns) {
  const found = turns.filter(
    ({ turnId, savedAt, answer }) =>
      (answer.state === "waiting" || answer.state === "streaming") &&
      (turnId === leftBehind || Date.now() - savedAt > SILENT_MS),
  );
  for (const { answer } of found) answer.state = "interrupted";
  return found;
}

function readRunning() {
  try {
    return sessionStorage.getItem(RUNNING_NAME);
  } catch {
    return null;
  }
}
