/** Speaks to the server: one function per call, and one error type for all that can go wrong. */

import { authorization } from "./key.js";

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
  const page = await pageOrNull("/v1/vector_stores?limit=100&order=asc");
  return page?.data;
}

/** Return one page of a store's files, or null when this server has no such page. */
export function fetchVectorStoreFiles(vectorStoreId, { after = null } = {}) {
  const next = after ? `&after=${encodeURIComponent(after)}` : "";
  return pageOrNull(`/v1/vector_stores/${encodeURIComponent(vectorStoreId)}/files?limit=100${next}`);
}

/** Return the name of a file. */
export async function fetchFilename(fileId) {
  return (await (await request(`/v1/files/${encodeURIComponent(fileId)}`)).json()).filename;
}

/** Return the best scored chunks for a question, whatever their score. */
export async function searchVectorStore(vectorStoreId, { query, maxNumResults }) {
  const response = await postJson(`/v1/vector_stores/${encodeURIComponent(vectorStoreId)}/search`, {
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
