/**
 * A dialog that asks for what a change needs and sends it. What is refused is said in the dialog, which stays open
 * with everything that was typed; Escape and Cancel leave it.
 *
 * @typedef {{name: string, label: string, kind?: "text"|"area"|"select", value?: string, hint?: string,
 *   isRequired?: boolean, most?: number, options?: any[], suggestions?: string[],
 *   isShown?: (values: Record<string, string>) => boolean, onInput?: (text: string) => void}} Field
 */
import { attribute, el } from "../../shared/dom.js";
import { counted, t } from "../words/i18n.js";
import { showDialog } from "./dialog.js";
import { explain } from "./explain.js";

/**
 * @param {{heading: string, intro?: any, fields: Field[], submit: string, isWide?: boolean, aside?: Node}} form
 * @param {(values: Record<string, string>) => Promise<void>} send rejects with what was refused
 * @param {(error: Error) => Node[]} [problem] says a refusal
 * @returns {Promise<boolean>} whether it was sent
 */
export async function formDialog({ heading, intro, fields, submit, isWide, aside }, send, problem = plainly) {
  const alert = el("div", { class: "notice", role: "alert", hidden: true });
  const button = el("button", { type: "submit", class: "primary", name: "confirm" }, submit);
  const inputs = fields.map((field, place) => [field, input(field, place === 0)]);
  const rows = inputs.map(([field, control]) => row(field, control));
  const values = () => Object.fromEntries(inputs.map(([field, control]) => [field.name, control.value.trim()]));
  /** Hide what does not apply to the rest; what is hidden is neither checked nor sent. */
  const fit = () => {
    const now = values();
    for (const [place, [field]] of inputs.entries()) rows[place].hidden = Boolean(field.isShown && !field.isShown(now));
  };
  const shown = () => inputs.filter((_, place) => !rows[place].hidden);
  const say = (...nodes) => {
    alert.replaceChildren(...nodes);
    alert.hidden = !nodes.length;
  };

  const answer = await showDialog(
    heading,
    (close) => {
      const form = el(
        "form",
        { class: "form", novalidate: true },
        intro && el("p", { class: "muted" }, intro),
        rows,
        alert,
        el(
          "p",
          { class: "buttons" },
          button,
          el("button", { type: "button", name: "cancel", onclick: () => close() }, t("app.cancel")),
        ),
      );
      form.addEventListener("keydown", (event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
      });
      form.addEventListener("submit", async (event) => {
        event.preventDefault();
        if (button.getAttribute("aria-disabled")) return;
        const wrong = shown().find(([field, control]) => fault(field, control.value));
        for (const [field, control] of inputs)
          attribute(control, "aria-invalid", fault(field, control.value) && "true");
        if (wrong) {
          say(el("p", {}, `${wrong[0].label}: ${fault(wrong[0], wrong[1].value)}`));
          wrong[1].focus();
          return;
        }
        attribute(button, "aria-disabled", "true");
        say();
        try {
          await send(Object.fromEntries(shown().map(([field, control]) => [field.name, control.value.trim()])));
          close("sent");
        } catch (error) {
          say(...problem(error));
        } finally {
          attribute(button, "aria-disabled", null);
        }
      });
      form.addEventListener("input", fit);
      fit();
      return aside ? [el("div", { class: "form-beside" }, form, aside)] : [form];
    },
    { isWide },
  );
  return answer === "sent";
}

const plainly = (error) => [el("p", {}, explain(error))];

function fault({ isRequired, most }, text) {
  if (isRequired && !text.trim()) return t("form.needed");
  const over = most ? [...text.trim()].length - most : 0;
  return over > 0 ? counted("composer.over", over) : "";
}

function row(field, control) {
  return el(
    "div",
    { class: "field" },
    el(
      "label",
      { for: control.id },
      field.label,
      !field.isRequired && el("span", { class: "muted" }, ` ${t("form.optional")}`),
    ),
    control,
    field.suggestions?.length && suggestions(control, field.suggestions),
    field.hint && el("p", { class: "hint", id: `${control.id}-hint` }, field.hint),
  );
}

function input({ name, kind = "text", value = "", hint, isRequired, options, onInput }, isFirst) {
  const attributes = {
    id: `form-${name}`,
    name,
    autofocus: isFirst,
    "aria-required": isRequired && "true",
    "aria-describedby": hint && `form-${name}-hint`,
    oninput: (event) => onInput?.(event.target.value),
  };
  if (kind === "select") {
    const select = el("select", attributes, options.map(choice));
    select.value = value;
    return select;
  }
  const control =
    kind === "area"
      ? el("textarea", { ...attributes, rows: 5 })
      : el("input", { ...attributes, type: "text", autocomplete: "off" });
  control.value = value;
  return control;
}

/** `[value, text]`, or `{label, options}` for a group of them. */
function choice(option) {
  if (Array.isArray(option)) return el("option", { value: option[0] }, option[1]);
  return el("optgroup", { label: option.label }, option.options.map(choice));
}

function suggestions(control, values) {
  const id = `${control.id}-list`;
  control.setAttribute("list", id);
  return el(
    "datalist",
    { id },
    values.map((value) => el("option", { value })),
  );
}
