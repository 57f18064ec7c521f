/** Gathers the files that are dropped, pasted or chosen, those in folders too. */

/** Return the files of a drop or a paste; folders are gone through. */
export async function filesOf(transfer) {
  // The items are gone after the first await.
  const entries = [...transfer.items].filter(({ kind }) => kind === "file").map(entryOf);
  const found = await Promise.all(entries.map(filesUnder));
  return found.flat().filter(isWanted);
}

/** Return whether a file was put there by a person: systems leave hidden ones in folders. */
export function isWanted({ name }) {
  return !name.startsWith(".") && !["Thumbs.db", "desktop.ini"].includes(name);
}

function entryOf(item) {
  const entry = item.webkitGetAsEntry?.();
  return entry?.isDirectory ? entry : item.getAsFile();
}

async function filesUnder(entry) {
  if (!entry) return [];
  if (entry instanceof File) return [entry];
  if (entry.isFile) return [await new Promise((resolve, reject) => entry.file(resolve, reject))];
  const reader = entry.createReader();
  const files = [];
  // A reader gives a hundred entries at a time.
  for (;;) {
    const entries = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!entries.length) return files;
    files.push(...(await Promise.all(entries.map(filesUnder))).flat());
  }
}
