/** Single keys outside of text fields; an agent may switch them off (help sheet), Escape and Ctrl+Enter stay. */

const KEY = "pharos.console.keys";

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
 * @param {Record<string, (argument?: any) => void>} on next, previous, open, press(name), write(mode), help, leave
 */
export function listenForKeys(view, on) {
  const keys = {
    j: () => on.next(),
    k: () => on.previous(),
    o: () => on.open(),
    r: () => on.write("reply"),
    n: () => on.write("note"),
    t: () => on.press("take"),
    e: () => on.press("resolve"),
    "?": () => on.help(),
  };
  view.listen(document, "keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isWriting = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "Escape") {
      if (isWriting) event.target.blur();
      else on.leave();
    } else if (!isWriting && areKeysOn() && Object.hasOwn(keys, event.key)) {
      event.preventDefault();
      keys[event.key]();
    }
  });
}
