/** The lines of the message list, kept in step with the state by key: only what differs is touched. */
import { loadSheet } from "../../shared/dom.js";
import { toRows } from "../rows.js";
import { SLOTS, rowElement } from "./message.js";

const FILES = ["lines", "rich", "extras"];
const SHEETS = await Promise.all(FILES.map((name) => loadSheet(new URL(`../css/${name}.css`, import.meta.url))));

export class Lines {
  #list;
  #context;
  #lines = new Map();

  constructor(list, context) {
    const root = list.getRootNode();
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, ...SHEETS];
    this.#list = list;
    this.#context = context;
  }

  /** Return the lines that are new, `{ author?, node }`. */
  update(state) {
    const rows = toRows(state);
    this.#drop(new Set(rows.map((row) => row.key)));
    const added = rows.filter((row) => !this.#lines.has(row.key));
    rows.forEach((row, i) => this.#place(this.#lines.get(row.key) ?? this.#newLine(row), row, i));
    return added.map(({ key, author }) => ({ author, node: this.#lines.get(key).node }));
  }

  #drop(keep) {
    for (const [key, { node }] of this.#lines) {
      if (keep.has(key)) continue;
      node.remove();
      this.#lines.delete(key);
    }
  }

  #newLine(row) {
    const line = { node: rowElement(row), slots: {}, shown: {} };
    this.#lines.set(row.key, line);
    return line;
  }

  #place(line, row, i) {
    this.#fill(line, row);
    const there = this.#list.children[i] ?? null;
    if (there !== line.node) this.#list.insertBefore(line.node, there);
  }

  #fill(line, row) {
    if (row.eventId) line.node.dataset.eventId = row.eventId;
    for (const [slot, value] of Object.entries(row.slots)) {
      const key = JSON.stringify(value);
      if (line.shown[slot] === key) continue;
      line.shown[slot] = key;
      const node = SLOTS[slot](value, row, this.#context) || document.createComment("");
      if (!line.slots[slot]) line.node.append(node);
      else if (line.slots[slot] !== node) line.slots[slot].replaceWith(node);
      line.slots[slot] = node;
    }
  }
}
