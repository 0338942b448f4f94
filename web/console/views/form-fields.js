/** Fields that more than one form has (see form-dialog.js). */
import { QUEUES } from "../model/inbox.js";
import { label, t } from "../words/i18n.js";

/** One of several; none is chosen at first. */
export const choose = (name, text, options) => ({
  name,
  label: text,
  kind: "select",
  options: [["", t("form.choose")], ...options],
  isRequired: true,
});

/** What whoever gets a case next should know. */
export const note = () => ({
  name: "note",
  label: t("form.note"),
  kind: "area",
  hint: t("form.note_hint"),
  isRequired: true,
  most: 4000,
});

/** Every queue, its name prefixed where agents stand beside it. */
export const queueOptions = (prefix = "") => QUEUES.map((name) => [`${prefix}${name}`, label("queue", name)]);

/** The tags somebody typed, in English or Chinese punctuation. */
export const tagsIn = (text) => text.split(/[\s,，、]+/).filter(Boolean);
