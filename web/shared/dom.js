/** Building DOM without a template language: text is always text, never markup. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * Build an element: `el("button", { part: "send", onclick: go }, "Send")`.
 * `on*` functions become listeners; null, undefined and false are left out; true becomes an empty attribute.
 * Children are nodes, strings, arrays of them; empty values are skipped.
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else attribute(node, name, value);
  }
  node.append(...children.flat(2).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** Set an attribute, or remove it when the value is null, undefined or false. */
export function attribute(node, name, value) {
  if (value === null || value === undefined || value === false) node.removeAttribute(name);
  else node.setAttribute(name, value === true ? "" : String(value));
}

/** A 24 x 24 line icon from one path, hidden from assistive technology. */
export function icon(path) {
  const svg = document.createElementNS(SVG, "svg");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.append(line);
  return svg;
}

/** A button that is only an icon: its label is for tooltips and assistive technology. */
export function tool(path, label, props) {
  return el("button", { type: "button", class: "tool", title: label, "aria-label": label, ...props }, icon(path));
}

/** Return the absolute form of an http(s) or relative address, or null when it is anything else. */
export function safeUrl(url, base = document.baseURI) {
  try {
    const absolute = new URL(url, base);
    return ["http:", "https:"].includes(absolute.protocol) ? absolute.href : null;
  } catch {
    return null;
  }
}

/** Return the style sheet of a .css file, constructed: no inline-style policy forbids that. */
export async function loadSheet(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(await response.text());
  return sheet;
}
