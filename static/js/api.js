// Talks to the server: JSON, streams of chat chunks, uploads with progress. Failures are ApiErrors.

import { apiKey } from "./preferences.js";

export class ApiError extends Error {
  constructor(status, error, retryAfter) {
    super(error?.message ?? `The server answered ${status}.`);
    this.status = status;
    this.code = error?.code ?? null;
    this.retryAfter = retryAfter;
  }
}

function headers(extra = {}) {
  const key = apiKey();
  return key ? { ...extra, Authorization: `Bearer ${key}` } : extra;
}

async function checked(response) {
  if (response.ok) return response;
  const body = await response.json().catch(() => ({}));
  throw new ApiError(response.status, body.error, Number(response.headers.get("retry-after")) || null);
}

export async function get(path) {
  return (await checked(await fetch(path, { headers: headers() }))).json();
}

export async function ready() {
  return (await fetch("/readyz")).json();
}

export async function download(fileId, filename) {
  const response = await checked(await fetch(`/v1/files/${encodeURIComponent(fileId)}/content`, { headers: headers() }));
  const address = URL.createObjectURL(await response.blob());
  const link = document.createElement("a");
  link.href = address;
  link.download = filename;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

export async function* chat(body, signal) {
  const post = (streamed) => fetch("/v1/chat/completions", {
    method: "POST",
    headers: headers({ "Content-Type": "application/json" }),
    body: JSON.stringify(streamed),
    signal,
  });
  const response = await post({ ...body, stream: true, stream_options: { include_usage: true } });
  if (response.status === 400) {
    const { error } = await response.clone().json();
    if (error?.code === "streaming_disabled") {
      yield asChunk(await (await checked(await post(body))).json());
      return;
    }
  }
  yield* events((await checked(response)).body);
}

function asChunk(completion) {
  const { message, finish_reason } = completion.choices[0];
  return { ...completion, choices: [{ index: 0, delta: message, finish_reason }] };
}

async function* events(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let held = "";
  for (;;) {
    const { done, value } = await reader.read();
    held += value ?? "";
    const lines = held.split(/\r\n|\n|\r/);
    held = done ? "" : lines.pop();
    for (const line of lines) {
      if (!line.startsWith("data:")) continue;
      const data = line.slice(5).trim();
      if (data === "[DONE]") return;
      const chunk = JSON.parse(data);
      if (chunk.error) throw new ApiError(200, chunk.error, null);
      yield chunk;
    }
    if (done) throw new ApiError(0, { message: "The connection broke before the answer was complete." }, null);
  }
}

export function upload(file, storeId, onProgress) {
  const request = new XMLHttpRequest();
  const finished = new Promise((resolve, reject) => {
    request.upload.addEventListener("progress", (event) => event.lengthComputable && onProgress(event.loaded / event.total));
    request.upload.addEventListener("load", () => onProgress(1));
    request.addEventListener("load", () => {
      const body = parsed(request.responseText);
      if (request.status === 200) resolve(body);
      else reject(new ApiError(request.status, body.error, null));
    });
    request.addEventListener("error", () => reject(new ApiError(0, { message: "The server cannot be reached." }, null)));
    request.addEventListener("abort", () => reject(new ApiError(0, { message: "Cancelled" }, null)));
  });
  const form = new FormData();
  if (storeId) form.append("vector_store", storeId);
  form.append("file", file);
  request.open("POST", "/v1/ingest");
  for (const [name, value] of Object.entries(headers())) request.setRequestHeader(name, value);
  request.send(form);
  return { finished, cancel: () => request.abort() };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
