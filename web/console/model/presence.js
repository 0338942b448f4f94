/**
 * Tells the desk that the agent is there: without a heartbeat nobody is given cases. The agent says online or away;
 * with no key and no pointer for ten minutes, in any tab, they count as away until they return. Emits `change`.
 */

const BEAT_MS = 20_000;
const IDLE_MS = 10 * 60_000;
const NOTE_EVERY_MS = 15_000;
const STATUS_KEY = "pharos.console.presence";
const ACTIVE_KEY = "pharos.console.active";

export class Presence extends EventTarget {
  #api;
  #isOn = false;
  #beatAt = 0;
  #activeAt = Date.now();
  #shown = "";

  /** What the agent chose: "online" or "away". */
  chosen = read(STATUS_KEY) === "away" ? "away" : "online";

  constructor(api) {
    super();
    this.#api = api;
    for (const type of ["keydown", "pointerdown", "pointermove", "wheel"]) {
      document.addEventListener(type, () => this.#noteActivity(), { capture: true, passive: true });
    }
    globalThis.addEventListener("storage", ({ key, newValue }) => key === STATUS_KEY && this.#adopt(newValue));
    new Worker(new URL("./beat.js", import.meta.url), { type: "module" }).onmessage = () => this.#tick();
  }

  /** @returns {"online"|"away"} */
  get status() {
    return this.isIdle ? "away" : this.chosen;
  }

  get isIdle() {
    const elsewhere = Number(read(ACTIVE_KEY) ?? 0);
    return Date.now() - Math.max(this.#activeAt, elsewhere) > IDLE_MS;
  }

  start() {
    this.#isOn = true;
    this.#activeAt = Date.now();
    this.#beat();
  }

  stop() {
    this.#isOn = false;
  }

  choose(status) {
    write(STATUS_KEY, status);
    this.#adopt(status);
    this.#beat();
  }

  /** Say goodbye, so that new cases go to somebody else at once. */
  async leave() {
    this.stop();
    await this.#api.presence("offline").catch(() => {});
  }

  #adopt(status) {
    this.chosen = status === "away" ? "away" : "online";
    this.#changed();
  }

  #noteActivity() {
    const wasIdle = this.isIdle;
    const now = Date.now();
    if (now - this.#activeAt > NOTE_EVERY_MS) write(ACTIVE_KEY, String(now));
    this.#activeAt = now;
    if (wasIdle && this.#isOn) this.#beat();
  }

  #tick() {
    if (this.#isOn && (Date.now() - this.#beatAt >= BEAT_MS - 1_000 || this.status !== this.#shown)) this.#beat();
  }

  /** A lost beat does no harm: the next one comes before the desk forgets the last. */
  #beat() {
    this.#beatAt = Date.now();
    this.#changed();
    this.#api.presence(this.status).catch(() => {});
  }

  #changed() {
    if (this.#shown === this.status) return;
    this.#shown = this.status;
    this.dispatchEvent(new Event("change"));
  }
}

function read(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Known to this page only, then.
  }
}
