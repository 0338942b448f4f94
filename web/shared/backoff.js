/** Waiting before the next try: longer each time, never in step with others, cut short when it makes sense. */

/** Delays that double from `first` to `most`, each drawn from its upper half. */
export class Backoff {
  #tries = 0;
  #first;
  #most;

  constructor({ first = 500, most = 5_000 } = {}) {
    this.#first = first;
    this.#most = most;
  }

  reset() {
    this.#tries = 0;
  }

  next() {
    const span = Math.min(this.#first * 2 ** this.#tries++, this.#most);
    return span / 2 + (Math.random() * span) / 2;
  }
}

/** Call back when the network returns or the page is looked at again. Returns the way to stop. */
export function onWake(callback) {
  const seen = () => globalThis.document?.visibilityState === "visible" && callback();
  globalThis.addEventListener?.("online", callback);
  globalThis.document?.addEventListener("visibilitychange", seen);
  return () => {
    globalThis.removeEventListener?.("online", callback);
    globalThis.document?.removeEventListener("visibilitychange", seen);
  };
}

/** Resolve after `ms`, at once when the signal aborts, and (unless `patient`) as soon as the page wakes. */
export function pause(ms, { signal, patient = false } = {}) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      stopListening();
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    const stopListening = patient ? () => {} : onWake(done);
    signal?.addEventListener("abort", done);
    if (signal?.aborted) done();
  });
}

/** Return what `action` resolves to, trying again when it fails; the last failure is thrown. */
export async function tryAgain(action, tries = 6) {
  const backoff = new Backoff();
  for (let left = tries - 1; ; left -= 1) {
    try {
      return await action();
    } catch (error) {
      if (left <= 0) throw error;
      await pause(backoff.next());
    }
  }
}
