/**
 * The desk API over fetch. Every failure is an ApiError that a view can put into words:
 * status 0 means the desk could not be reached. A 401 outside sign-in also calls `onSessionEnd`.
 */
import { request, retryAfterMs } from "../../shared/http.js";

const TRANSIENT = new Set([0, 408, 429, 502, 503, 504]);

export class ApiError extends Error {
  /**
   * @param {number} status
   * @param {string} code the server's name for what happened
   * @param {string} detail the server's sentence
   * @param {number} [retryAfterMs] how long the server asks to wait
   */
  constructor(status, code, detail, retryAfterMs = 0) {
    super(detail || code);
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.retryAfterMs = retryAfterMs;
    /** What others did to the ticket since the page that was acted on: history entries. */
    this.changes = [];
  }

  /** Trying the very same request again may succeed. */
  get isTransient() {
    return TRANSIENT.has(this.status);
  }
}

export class DeskApi {
  #csrf = "";
  #skew = 0;

  /** @type {() => void} */
  onSessionEnd = () => {};

  /** Milliseconds since the epoch by the server's clock: deadlines are the server's, the agent's clock may be wrong. */
  now() {
    return Date.now() + this.#skew;
  }

  session = () => this.#openSession("GET");

  /** @param {string} [code] of the second factor, once the desk asks for it (`code_needed`) */
  signIn = (login, password, code) => this.#openSession("POST", { login, password, ...(code && { code }) });

  async signOut() {
    await this.#call("DELETE", "/session");
    this.#csrf = "";
  }

  /** @param {Record<string, string>} [filters] */
  tickets(view, after, filters = {}) {
    const query = new URLSearchParams({ view, limit: "50", ...filters });
    if (after) query.set("after", after);
    return this.#call("GET", `/tickets?${query}`);
  }

  ticket = (number) => this.#call("GET", ticketPath(number));

  transcript = (number, after) => this.#call("GET", `${ticketPath(number)}/transcript?after=${after}`);

  turn = (turnId) => this.#call("GET", `/turns/${encodeURIComponent(turnId)}`);

  /** @param {string} verb of the desk API, such as "take", "reply", "hold", "viewing" */
  act = (number, verb, body = {}) => this.#call("POST", `${ticketPath(number)}/${verb}`, body);

  /** @returns {Promise<object|null>} the ticket that is mine now, or null when none waits for me */
  claimNext = async () => (await this.#call("POST", "/tickets/claim-next", {})).ticket;

  presence = (status) => this.#call("POST", "/presence", { status });

  agents = async () => (await this.#call("GET", "/agents")).agents;

  drafts = async (number) => (await this.#call("GET", `${ticketPath(number)}/draft`)).drafts;

  saveDraft = (number, mode, text) => this.#call("PUT", `${ticketPath(number)}/draft`, { mode, text });

  /** What deciding a complaint needs. @param {Record<string, string>} [about] topic and root_cause, once chosen */
  complaint = (number, about = {}) => this.#call("GET", `${ticketPath(number)}/complaint?${new URLSearchParams(about)}`);

  evidence = (number, lang) => this.#call("GET", `${ticketPath(number)}/evidence?lang=${lang}`);

  /** Asks the exchange, which takes a while. */
  collect = (number, lang, subject) =>
    this.#call("POST", `${ticketPath(number)}/evidence?lang=${lang}`, subject, { timeoutMs: 60_000 });

  /** What a page reads, such as `get("/audit?person=...")`. */
  get = (path) => this.#call("GET", path);

  /** Whose password a link sets, and the setting of it: nobody is signed in. */
  lookAtLink = (token) => this.#call("POST", "/password-link/look", { token }, { isSignIn: true });

  useLink = (token, password) => this.#call("POST", "/password-link", { token, password }, { isSignIn: true });

  /** What a page changes: POST, PUT, PATCH or DELETE below /desk/v1. */
  send = (method, path, body = {}) => this.#call(method, path, body);

  async #openSession(method, body) {
    const answer = await this.#call(method, "/session", body, { isSignIn: true });
    this.#csrf = answer.csrf;
    return { ...answer.agent, mustEnrol: answer.must_enrol };
  }

  async #call(method, path, json, { isSignIn = false, isRepeat = false, timeoutMs = 15_000 } = {}) {
    const headers = method === "GET" || isSignIn ? {} : { "X-CSRF-Token": this.#csrf };
    const response = await this.#request(`/desk/v1${path}`, { method, json, headers, timeoutMs });
    this.#readClock(response);
    if (response.ok) return response.status === 204 ? null : this.#read(response);
    const error = await asError(response);
    if (error.status === 403 && headers["X-CSRF-Token"] !== undefined && !isRepeat && (await this.#renewCsrf())) {
      return this.#call(method, path, json, { isRepeat: true, timeoutMs });
    }
    if ((error.status === 401 && !isSignIn) || error.code === "second_factor_required") this.onSessionEnd();
    throw error;
  }

  /**
   * Signing in again in another tab leaves this one with the old token.
   * @returns {Promise<boolean>} whether it changed
   */
  async #renewCsrf() {
    const held = this.#csrf;
    await this.session();
    return this.#csrf !== held;
  }

  async #request(url, options) {
    try {
      return await request(url, options);
    } catch (cause) {
      throw new ApiError(0, "unreachable", "");
    }
  }

  async #read(response) {
    try {
      return await response.json();
    } catch (cause) {
      throw new ApiError(0, "unreadable", "");
    }
  }

  /** The Date header has whole seconds: a difference below two says nothing. */
  #readClock(response) {
    const at = Date.parse(response.headers.get("Date") ?? "");
    if (Number.isNaN(at)) return;
    const skew = at - Date.now();
    this.#skew = Math.abs(skew) < 2_000 ? 0 : skew;
  }
}

const ticketPath = (number) => `/tickets/${encodeURIComponent(number)}`;

/** Where a file of the ticket's conversation is. */
export const attachmentUrl = (number, id) => `/desk/v1${ticketPath(number)}/attachments/${encodeURIComponent(id)}`;

async function asError(response) {
  const body = await response.json().catch(() => ({}));
  const detail = typeof body.detail === "string" ? body.detail : "";
  return new ApiError(response.status, body.error ?? `http_${response.status}`, detail, retryAfterMs(response) ?? 0);
}
