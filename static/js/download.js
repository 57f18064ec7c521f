/** Saves a file of the server's on the reader's machine. */

import { fetchFileContent } from "./api.js";
import { element } from "./dom.js";

/** Files are fetched with the key and handed over as a download: they never open as a page of this origin. */
export async function saveFile(fileId, filename) {
  const address = URL.createObjectURL(await fetchFileContent(fileId));
  const link = element("a", { href: address, download: filename || fileId });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
