/**
 * Drafts at the desk, so that they follow the agent to another computer. What stands here and was not saved yet is
 * never overwritten; what was saved and is gone from the desk was sent from elsewhere.
 * Emits `adopted` (detail: number).
 */

const REST_MS = 1_500;
const MODES = ["reply", "note"];

export class DraftSync extends EventTarget {
  #api;
  #drafts;
  /** @type {Map<string, number>} */
  #timers = new Map();
  /** @type {Map<string, Promise<void>>} */
  #saving = new Map();

  constructor(api, drafts) {
    super();
    this.#api = api;
    this.#drafts = drafts;
  }

  async load(number) {
    const asked = new Map(MODES.map((mode) => [mode, this.#state(number, mode)]));
    const kept = await this.#api.drafts(number).catch(() => null);
    if (!kept) return;
    for (const [mode, state] of asked) {
      // Written or saved meanwhile: the answer is older than what stands here.
      if (this.#state(number, mode) === state) this.#compare(number, mode, kept[mode]?.text ?? "");
    }
    this.dispatchEvent(new CustomEvent("adopted", { detail: number }));
  }

  /** Save soon, once the agent pauses. */
  changed(number, mode) {
    const key = `${number}.${mode}`;
    clearTimeout(this.#timers.get(key));
    this.#timers.set(
      key,
      setTimeout(() => this.#save(number, mode), REST_MS),
    );
  }

  /** Before a draft is sent: nothing may save it again afterwards. */
  async settle(number, mode) {
    const key = `${number}.${mode}`;
    clearTimeout(this.#timers.get(key));
    await this.#saving.get(key);
  }

  #state = (number, mode) => JSON.stringify([this.#drafts.text(number, mode), this.#drafts.isSaved(number, mode)]);

  #compare(number, mode, kept) {
    const held = this.#drafts.text(number, mode);
    const isSaved = this.#drafts.isSaved(number, mode);
    if (held === kept) this.#drafts.markSaved(number, mode, kept);
    else if (held && !isSaved) this.changed(number, mode);
    else if (kept) this.#drafts.adopt(number, mode, kept);
    else this.#drafts.clear(number, mode);
  }

  /** One at a time for each draft, so that an older text never arrives last. */
  #save(number, mode) {
    const key = `${number}.${mode}`;
    const work = async () => {
      const text = this.#drafts.text(number, mode);
      await this.#api.saveDraft(number, mode, text);
      this.#drafts.markSaved(number, mode, text);
    };
    // Not saved this time: the browser has the draft, and the next pause saves it.
    this.#saving.set(
      key,
      (this.#saving.get(key) ?? Promise.resolve()).then(work).catch(() => {}),
    );
  }
}
