/** Fetches the page of a source and takes it apart: its name, its place, the text with the passage marked, and its links. */

import { ApiError } from "./api.js";
import { saveFile } from "./download.js";
import { authorization, readKey } from "./key.js";

/** Return the parsed page at an address of /sources, and whether it shows a text; throw ApiError when none answers. */
export async function fetchSourcePage(address, headers = authorization()) {
  try {
    const response = await fetch(address.split("#")[0], { headers, credentials: "omit" });
    return { isText: response.ok, page: new DOMParser().parseFromString(await response.text(), "text/html") };
  } catch {
    throw new ApiError("The server cannot be reached. Check that it is running.");
  }
}

/** Return what the page of a source shows; throw ApiError with the server's words when it shows no text. */
export async function fetchSource(address) {
  const { isText, page } = await fetchSourcePage(address);
  if (!isText) throw new ApiError(page.querySelector("[role=alert]")?.textContent ?? "This source does not open.");
  const original = page.getElementById("original");
  original?.removeAttribute("id");
  const article = page.querySelector(".source-text");
  for (const marked of article?.querySelectorAll("[id]") ?? []) marked.removeAttribute("id");
  return {
    name: page.querySelector("h1")?.textContent ?? "Untitled",
    place: page.querySelector(".source-place")?.textContent ?? "",
    nodes: [...page.querySelectorAll(".source-text, .source-more")],
    original: original instanceof HTMLAnchorElement ? original : null,
  };
}

/** A link with a signature downloads by itself; without one it takes the key. */
export async function saveOriginal(event) {
  const { href, dataset } = event.currentTarget;
  if (!readKey() || new URL(href).searchParams.has("signature")) return;
  event.preventDefault();
  try {
    await saveFile(dataset.file, dataset.name);
  } catch {
    location.assign(href);
  }
}
