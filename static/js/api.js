/** Speaks to the server: one function per call, and one error type for all that can go wrong. */

import { authorization } from "./key.js";

/** How many objects one page of a list holds at the most. */
export const MOST_LISTED = 100;

/** What the server, or the network, answered instead of what was asked for. */
export class ApiError extends Error {
  /**
   * @param {string} message
   * @param {{ status?: number, code?: string | null, retryAfterSeconds?: number | null, requestId?: string | null }} [details]
   */
  constructor(message, { status = 0, code = null, retryAfterSeconds = null, requestId = null } = {}) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
    this.requestId = requestId;
  }
}

/**
 * Return the response to a request, or throw an ApiError; an abort passes through as it is.
 * @param {string} path
 * @param {RequestInit} [options]
 */
export async function request(path, { headers = {}, ...options } = {}) {
  const response = await reach(path, { ...options, headers: { ...authorization(), ...headers } });
  if (!response.ok) throw await errorOf(response);
  return response;
}

/**
 * Return an ApiError of what an error envelope says; any other body gives a plain sentence.
 * @param {any} body
 * @param {{ status: number, header?: (name: string) => string | null }} answer
 */
export function envelopeError(body, { status, header = () => null }) {
  const detail = body?.error ?? {};
  const seconds = Number.parseFloat(header("retry-after") ?? "");
  return new ApiError(typeof detail.message === "string" ? detail.message : `The server answered ${status}.`, {
    status,
    code: detail.code ?? null,
    retryAfterSeconds: Number.isFinite(seconds) ? Math.ceil(seconds) : null,
    requestId: header("x-request-id"),
  });
}

/** Return whether the server can answer, and with which provider. */
export async function fetchReadiness() {
  const response = await reach("/readyz");
  return response.json();
}

/** Return the ids of the models that can chat, without those that name a store. */
export async function fetchModels() {
  const { data } = await (await request("/v1/models")).json();
  return data.map((model) => model.id).filter((modelId) => !modelId.includes("@") && !modelId.includes("embed"));
}

/** Return the vector stores, or null when this server has no such page. */
export async function fetchVectorStores() {
  const page = await pageOrNull(`/v1/vector_stores?limit=${MOST_LISTED}&order=asc`);
  return page?.data;
}

/** Return one page of a store's files, or null when this server has no such page. */
export function fetchVectorStoreFiles(vectorStoreId, { after = null } = {}) {
  const next = after ? `&after=${encodeURIComponent(after)}` : "";
  return pageOrNull(`${storePath(vectorStoreId)}/files?limit=${MOST_LISTED}${next}`);
}

/** Return what the documents of a store are about. */
export async function fetchTopics(vectorStoreId) {
  return (await (await request(`${storePath(vectorStoreId)}/topics`)).json()).data;
}

/** Return the store that was made with this name. */
export async function createVectorStore(name) {
  return (await postJson("/v1/vector_stores", { name })).json();
}

/** Give a store another name. */
export function renameVectorStore(vectorStoreId, name) {
  return postJson(storePath(vectorStoreId), { name });
}

/** Delete a store; its files stay. */
export function deleteVectorStore(vectorStoreId) {
  return request(storePath(vectorStoreId), { method: "DELETE" });
}

/** Have a store's file read again. */
export function readAgain(vectorStoreId, { id: fileId, attributes, chunking_strategy: chunking }) {
  // The server shows its own way of chunking as these sizes.
  const isOwn = chunking?.static?.max_chunk_size_tokens === 800 && chunking.static.chunk_overlap_tokens === 400;
  return postJson(`${storePath(vectorStoreId)}/files`, {
    file_id: fileId,
    attributes: attributes ?? {},
    ...(isOwn ? {} : { chunking_strategy: chunking }),
  });
}

/** Return one of a store's files. */
export async function fetchStoreFile(vectorStoreId, fileId) {
  return (await request(filePath(vectorStoreId, fileId))).json();
}

/** Return whether a store holds a file. */
export async function holdsFile(vectorStoreId, fileId) {
  return (await pageOrNull(filePath(vectorStoreId, fileId))) !== null;
}

/** Take a file out of a store; the file itself stays. */
export function detachFile(vectorStoreId, fileId) {
  return request(filePath(vectorStoreId, fileId), { method: "DELETE" });
}

/** Delete a file; no store finds it any more. */
export function deleteFile(fileId) {
  return request(`/v1/files/${encodeURIComponent(fileId)}`, { method: "DELETE" });
}

/** Return the best scored chunks for a question, whatever their score. */
export async function searchVectorStore(vectorStoreId, { query, maxNumResults }) {
  const response = await postJson(`${storePath(vectorStoreId)}/search`, {
    query,
    max_num_results: maxNumResults,
    include: ["footnote"],
  });
  return (await response.json()).data;
}

/** Return the bytes of a file. */
export async function fetchFileContent(fileId) {
  return (await request(`/v1/files/${encodeURIComponent(fileId)}/content`)).blob();
}

/**
 * Post JSON and return the response.
 * @param {string} path
 * @param {unknown} body
 * @param {{ signal?: AbortSignal }} [options]
 */
export function postJson(path, body, { signal } = {}) {
  const headers = { "content-type": "application/json" };
  return request(path, { method: "POST", headers, body: JSON.stringify(body), signal });
}

function storePath(vectorStoreId) {
  return `/v1/vector_stores/${encodeURIComponent(vectorStoreId)}`;
}

function filePath(vectorStoreId, fileId) {
  return `${storePath(vectorStoreId)}/files/${encodeURIComponent(fileId)}`;
}

async function reach(path, options = {}) {
  try {
    return await fetch(path, { ...options, credentials: "omit" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError("The server cannot be reached. Check that it is running.");
  }
}

async function errorOf(response) {
  const body = await response.json().catch(() => null);
  return envelopeError(body, { status: response.status, header: (name) => response.headers.get(name) });
}

async function pageOrNull(path) {
  try {
    return await (await request(path)).json();
  } catch (error) {
    if (error.status === 404 || error.status === 405) return null;
    throw error;
  }
}
