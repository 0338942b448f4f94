/**
 * Rich text as data (kit/blocks.py) to DOM. Nothing is parsed and every character goes in as text,
 * so a message can hold any markup and none of it comes alive.
 */
import { el, safeUrl } from "./dom.js";

const BUILDERS = {
  paragraph: (block, base) => el("p", {}, spans(block.spans, base)),
  heading: (block, base) => el("h3", {}, spans(block.spans, base)),
  note: (block, base) => el("div", { class: "note", role: "note" }, spans(block.spans, base)),
  list: (block, base) => el("ul", {}, items(block.items, base)),
  steps: (block, base) => el("ol", {}, items(block.items, base)),
  code: (block) => el("pre", { tabindex: 0 }, el("code", {}, block.text)),
  table,
  image,
};

/**
 * Return the nodes for a list of blocks, or null when one is of a kind this client does not know:
 * the caller then shows the message's plain text, which is complete by itself.
 */
export function renderBlocks(blocks, base = document.baseURI) {
  if (!blocks.length || !blocks.every((block) => Object.hasOwn(BUILDERS, block.type))) return null;
  return blocks.map((block) => BUILDERS[block.type](block, base));
}

function spans(list, base) {
  return list.map((span) => {
    let node = document.createTextNode(span.text);
    if (span.code) node = el("code", {}, node);
    if (span.bold) node = el("strong", {}, node);
    const href = span.link ? safeUrl(span.link, base) : null;
    return href ? el("a", { href, target: "_blank", rel: "noopener" }, node) : node;
  });
}

function items(list, base) {
  return list.map((item) => el("li", {}, spans(item, base)));
}

function table(block, base) {
  const row = (cells, tag, scope) => el("tr", {}, cells.map((cell) => el(tag, { scope }, spans(cell, base))));
  const [head, ...body] = block.rows;
  return el(
    "div",
    { class: "table", role: "group", tabindex: 0 },
    el("table", {}, el("thead", {}, row(head, "th", "col")), el("tbody", {}, body.map((cells) => row(cells, "td")))),
  );
}

function image(block, base) {
  const src = safeUrl(block.url, base);
  const { alt, width, height } = block;
  return src ? el("img", { src, alt, width, height, loading: "lazy" }) : el("p", {}, alt);
}
