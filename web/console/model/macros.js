/**
 * Macros as the desk keeps them, and the placeholders in a text. A macro is
 * `{id, name, texts: {en?, zh?}, status, tags, edited_by, edited_at, version}`.
 */

export const LANGUAGES = ["en", "zh"];
const PLACEHOLDER = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** @returns {Promise<{macros: object[], placeholders: string[], statuses: string[]}>} */
export const fetchMacros = (api) => api.get("/macros");

/** A macro filled in for one ticket. @returns {Promise<{text: string, missing: string[], tags: string[]}>} */
export const prepare = (api, number, id) =>
  api.get(`/tickets/${encodeURIComponent(number)}/macros/${encodeURIComponent(id)}`);

export const createMacro = (api, content) => api.send("POST", "/macros", content);
export const editMacro = (api, { id, version }, content) => api.send("PUT", `/macros/${id}`, { ...content, version });
export const deleteMacro = (api, { id, version }) => api.send("DELETE", `/macros/${id}?version=${version}`);

/** The macros that hold every word of a query in name, text or tags; those whose name begins with it come first. */
export function match(macros, query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const holds = (macro) => {
    const said = [macro.name, ...Object.values(macro.texts), ...macro.tags].join("\n").toLowerCase();
    return words.every((word) => said.includes(word));
  };
  const isLate = ({ name }) => Number(!name.toLowerCase().startsWith(query.trim().toLowerCase()));
  return macros.filter(holds).sort((one, other) => isLate(one) - isLate(other));
}

/** The text a customer of this language would get, and the language it is in. */
export function textFor({ texts }, language) {
  const wanted = language === "zh" ? "zh" : "en";
  const held = wanted in texts ? wanted : LANGUAGES.find((name) => name in texts);
  return { language: held, text: texts[held] };
}

/** What the desk fills in or asks for (escalation/macros/domain.py); other braces in a text are the agent's own. */
export const PLACEHOLDERS = [
  "number",
  "case",
  "agent",
  "customer",
  "deadline",
  "symbol",
  "currency",
  "network",
  "amount",
  "txid",
  "order_id",
  "reference",
];

/**
 * Where a text still holds a placeholder.
 * @returns {{name: string, start: number, end: number}[]}
 */
export function placeholders(text) {
  return [...text.matchAll(PLACEHOLDER)]
    .map((found) => ({ name: found[1].toLowerCase(), start: found.index, end: found.index + found[0].length }))
    .filter(({ name }) => PLACEHOLDERS.includes(name));
}
