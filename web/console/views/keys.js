/** Single keys outside of text fields; an agent may switch them off (help sheet), Escape and Ctrl+Enter stay. */

const KEY = "pharos.console.keys";
/** After g, this long is waited for the view's letter. */
const PREFIX_LASTS_MS = 1_500;

/** g, then one of these. */
export const VIEW_KEYS = { o: "open", m: "mine", u: "unassigned", n: "no_skill", d: "due", w: "waiting", r: "resolved", a: "all" };

/** g, then this: the menu of pages. */
export const PAGES_KEY = "p";

export function areKeysOn() {
  try {
    return localStorage.getItem(KEY) !== "off";
  } catch {
    return true;
  }
}

export function setKeys(isOn) {
  try {
    localStorage.setItem(KEY, isOn ? "on" : "off");
  } catch {
    // Storage is forbidden: the keys stay on.
  }
}

/**
 * @param {import("./view.js").View} view
 * @param {Record<string, (argument?: any) => void>} on next, previous, open, press(verb), hold, menu, write(mode),
 *   claim, go(view), pages, filter, search, macro, articles, select(isRange), help, leave
 */
export function listenForKeys(view, on) {
  let prefixedAt = 0;
  const keys = {
    j: () => on.next(),
    k: () => on.previous(),
    o: () => on.open(),
    r: () => on.write("reply"),
    n: () => on.write("note"),
    a: () => on.press("take"),
    A: () => on.press("assign"),
    e: () => on.press("resolve"),
    h: () => on.hold(),
    t: () => on.press("transfer"),
    p: () => on.press("priority"),
    ".": () => on.menu(),
    c: () => on.claim(),
    f: () => on.filter(),
    "/": () => on.search(),
    m: () => on.macro(),
    i: () => on.articles(),
    x: () => on.select(false),
    X: () => on.select(true),
    "?": () => on.help(),
  };
  const take = (event) => {
    const isPrefixed = Date.now() - prefixedAt < PREFIX_LASTS_MS;
    prefixedAt = event.key === "g" && !isPrefixed ? Date.now() : 0;
    if (isPrefixed && event.key === PAGES_KEY) return () => on.pages();
    if (isPrefixed && Object.hasOwn(VIEW_KEYS, event.key)) return () => on.go(VIEW_KEYS[event.key]);
    return !isPrefixed && Object.hasOwn(keys, event.key) ? keys[event.key] : null;
  };
  view.listen(document, "keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isWriting = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "Escape") {
      if (isWriting) event.target.blur();
      else on.leave();
    } else if (!isWriting && areKeysOn()) {
      const work = take(event);
      if (work) event.preventDefault();
      work?.();
    }
  });
}
