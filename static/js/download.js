/** Saves a file on the reader's machine. */

import { fetchFileContent } from "./api.js";
import { element } from "./dom.js";

/** Files are fetched with the key and handed over as a download: they never open as a page of this origin. */
export async function saveFile(fileId, filename) {
  saveBlob(await fetchFileContent(fileId), filename || fileId);
}

/** Hand the bytes over as a download of this name. */
export function saveBlob(blob, filename) {
  const address = URL.createObjectURL(blob);
  const link = element("a", { href: address, download: filename });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
