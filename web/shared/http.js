/** fetch() with a deadline, and the reading of Retry-After. */

/** Like fetch(), but rejects after `timeoutMs`. `json` becomes the body; `signal` ends it early. */
export async function request(url, { timeoutMs = 15_000, signal, json, headers = {}, ...options } = {}) {
  const control = new AbortController();
  const abort = () => control.abort();
  const timer = setTimeout(abort, timeoutMs);
  signal?.addEventListener("abort", abort, { once: true });
  if (signal?.aborted) abort();
  const body = json === undefined ? {} : { body: JSON.stringify(json), method: "POST" };
  const type = json === undefined ? {} : { "Content-Type": "application/json" };
  const sent = { ...body, ...options, headers: { ...type, ...headers } };
  try {
    return await fetch(url, { cache: "no-store", ...sent, signal: control.signal });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

/** Milliseconds the server asks us to wait (seconds or a date), or null when it does not say. */
export function retryAfterMs(response, now = Date.now()) {
  const value = response.headers.get("Retry-After");
  if (!value) return null;
  const ms = /^\d+$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 500), 300_000) : null;
}
