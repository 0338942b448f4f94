/**
 * A menu below a button. Arrows, Home and End move, Enter chooses, Escape closes; one that is not allowed now stays,
 * says why, and does nothing.
 *
 * @typedef {{name: string, text: string, key?: string, why?: string, run?: () => void, href?: string,
 *   isCurrent?: boolean, isFirst?: boolean}} Item one with `href` is a link; `isFirst` draws a line above
 */
import { el } from "../../shared/dom.js";

/**
 * @param {string} text of the button
 * @param {{name: string}} attributes of the button
 * @param {() => Item[]} items asked for each time it opens
 */
export function menuButton(text, attributes, items) {
  const button = el(
    "button",
    { type: "button", "aria-haspopup": "menu", "aria-expanded": "false", ...attributes },
    text,
  );
  const holder = el("div", { class: "menu-holder" }, button);
  let menu = null;

  const close = (isBack = true) => {
    const shown = menu;
    menu = null; // first: what has the focus loses it by being removed, which asks to close again
    shown?.remove();
    button.setAttribute("aria-expanded", "false");
    if (isBack) button.focus();
  };
  const open = () => {
    const choose = (item) => {
      if (item.why) return;
      close();
      item.run?.();
    };
    menu = el(
      "div",
      { class: "menu", role: "menu", "aria-label": text },
      items().map((item) => entry(item, choose)),
    );
    menu.addEventListener("keydown", (event) => move(menu, event, close));
    menu.addEventListener("focusout", ({ relatedTarget }) => menu && !holder.contains(relatedTarget) && close(false));
    holder.append(menu);
    button.setAttribute("aria-expanded", "true");
    entries(menu)[0].focus();
  };
  button.addEventListener("mousedown", (event) => event.preventDefault());
  button.addEventListener("click", () => (menu ? close() : open()));
  return holder;
}

const entries = (menu) => [...menu.querySelectorAll("[role=menuitem]")];

function entry(item, choose) {
  const attributes = {
    role: "menuitem",
    name: item.name,
    class: item.isFirst && "menu-first",
    tabindex: -1,
    "aria-current": item.isCurrent && "page",
    "aria-disabled": item.why && "true",
    onclick: () => choose(item),
    ...(item.href ? { href: item.href } : { type: "button" }),
  };
  return el(
    item.href ? "a" : "button",
    attributes,
    el("span", {}, item.text, item.why && el("span", { class: "menu-why" }, item.why)),
    item.key && el("kbd", { "aria-hidden": "true" }, item.key),
  );
}

function move(menu, event, close) {
  const all = entries(menu);
  const at = all.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
  event.stopPropagation();
  if (event.key === "Escape") close();
  if (event.key === "Tab") close(false);
  if (to === undefined) return;
  event.preventDefault();
  all.at(to % all.length).focus();
}
