/** Deletes files a little later than asked, so that it can be undone: when the time is over, or at once when told. */

import { deleteFile, detachFile, holdsFile, MOST_LISTED } from "./api.js";
import { listStores } from "./stores.js";

const UNDO_MS = 8000;

const leaving = new Map();
let callbacks = { onDeleted: () => {}, onFailed: (_fileId, _error) => {} };

/** Tell who hears when files were deleted, and when one could not be. */
export function wireDeletions({ onDeleted, onFailed }) {
  callbacks = { onDeleted, onFailed };
}

/** Return whether the file is about to be deleted. */
export function isLeaving(fileId) {
  return leaving.has(fileId);
}

/** Delete the file of this store once the time to undo it is over. */
export function deleteLater(vectorStoreId, fileId) {
  const timer = setTimeout(() => settle([fileId]), UNDO_MS);
  leaving.set(fileId, { vectorStoreId, timer, isDue: false });
}

/** Keep the file after all. */
export function undoDeletion(fileId) {
  if (leaving.get(fileId)?.isDue) return;
  clearTimeout(leaving.get(fileId)?.timer);
  leaving.delete(fileId);
}

/** Delete at once what still could be undone. */
export function finishDeletions() {
  const undoable = [...leaving.keys()].filter((fileId) => !leaving.get(fileId).isDue);
  if (undoable.length) settle(undoable);
}

async function settle(fileIds) {
  for (const fileId of fileIds) {
    clearTimeout(leaving.get(fileId).timer);
    leaving.get(fileId).isDue = true;
  }
  for (const fileId of fileIds) {
    const { vectorStoreId } = leaving.get(fileId);
    try {
      await remove(vectorStoreId, fileId);
      leaving.delete(fileId);
    } catch (error) {
      leaving.delete(fileId);
      callbacks.onFailed(fileId, error);
    }
  }
  callbacks.onDeleted();
}

/** Take the file out of the store; a file that no other store holds is deleted for good. */
async function remove(vectorStoreId, fileId) {
  if (await isHeldElsewhere(vectorStoreId, fileId)) await detachFile(vectorStoreId, fileId);
  else await deleteFile(fileId);
}

async function isHeldElsewhere(vectorStoreId, fileId) {
  const stores = listStores();
  // There may be stores that this page does not know.
  if (stores.length >= MOST_LISTED) return true;
  for (const store of stores) if (store.id !== vectorStoreId && (await holdsFile(store.id, fileId))) return true;
  return false;
}
