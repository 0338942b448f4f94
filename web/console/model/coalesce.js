/**
 * Run `work` at most once at a time: a call while it runs makes it run once more afterwards, so the
 * last call always sees fresh data, and forty hints cost two fetches.
 * @param {() => Promise<void>} work
 * @returns {() => Promise<void>} resolves when a run that began after this call has ended
 */
export function coalesce(work) {
  /** @type {Promise<void>|null} */
  let running = null;
  /** @type {Promise<void>|null} */
  let following = null;

  const start = () => {
    running = work().finally(() => {
      running = null;
    });
    return running;
  };

  return () => {
    if (!running) return start();
    following ??= running
      .catch(() => {})
      .then(() => {
        following = null;
        return start();
      });
    return following;
  };
}
