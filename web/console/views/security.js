/**
 * <desk-security>: my second factor: set it up, see what recovery codes are left, make new ones, do without it.
 * `onDone` is called when it is set up and the recovery codes are kept.
 */
import { attribute, el } from "../../shared/dom.js";
import { counted, t } from "../words/i18n.js";
import { tell } from "./announcer.js";
import { copyButton } from "./copy-button.js";
import { explain } from "./explain.js";
import { formDialog } from "./form-dialog.js";
import { View } from "./view.js";

const PATH = "/me/second-factor";

class DeskSecurity extends View {
  #panel = el("section", { class: "panel security" });

  /** @type {import("../model/desk.js").Desk} */
  desk;
  onDone = null;

  connectedCallback() {
    this.replaceChildren(this.#panel);
    this.#show();
  }

  async #show() {
    await this.#try(async () => {
      const state = await this.desk.api.get(PATH);
      this.#panel.replaceChildren(
        el("h3", {}, t("security.heading")),
        ...(state.is_enrolled ? this.#enrolled(state) : this.#none()),
      );
    });
  }

  #none() {
    const begin = { type: "button", class: "primary", name: "enrol", onclick: () => this.#offer() };
    return [el("p", {}, t("security.none")), el("p", { class: "buttons" }, el("button", begin, t("security.begin")))];
  }

  #enrolled({ recovery_codes: left, is_required: isRequired }) {
    const action = (name, verb) => el("button", { type: "button", name, onclick: () => verb() }, t(`security.${name}`));
    return [
      el("p", {}, t("security.on")),
      el("p", { class: left > 2 ? "muted" : "warn" }, counted("security.left", left)),
      el(
        "p",
        { class: "buttons" },
        action("renew", () => this.#renew()),
        !isRequired && action("remove", () => this.#remove()),
      ),
      isRequired && el("p", { class: "muted" }, t("security.required")),
    ].filter(Boolean);
  }

  async #offer() {
    await this.#try(async () => {
      const offer = await this.desk.api.send("POST", PATH);
      this.#panel.replaceChildren(el("h3", {}, t("security.heading")), this.#form(offer));
      this.#panel.querySelector("input").focus();
    });
  }

  #form({ secret, qr_svg: svg }) {
    const alert = el("p", { class: "form-message", role: "alert", id: "security-message" });
    const input = el("input", {
      type: "text",
      name: "code",
      id: "security-code",
      inputmode: "numeric",
      autocomplete: "one-time-code",
      "aria-describedby": "security-message",
    });
    const image = `data:image/svg+xml,${encodeURIComponent(svg)}`;
    const form = el(
      "form",
      { class: "enrol-form", novalidate: true },
      el("p", {}, t("security.scan")),
      el("img", { class: "qr", src: image, alt: t("security.qr"), width: 180, height: 180 }),
      el("p", {}, t("security.by_hand"), el("br"), el("code", { class: "secret" }, inFours(secret))),
      el("p", { class: "field" }, el("label", { for: input.id }, t("security.confirm")), input),
      alert,
      el("p", { class: "buttons" }, el("button", { class: "primary", name: "confirm" }, t("security.submit"))),
    );
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        this.#codes((await this.desk.api.send("POST", `${PATH}/confirm`, { code: input.value })).recovery_codes);
      } catch (error) {
        alert.textContent = explain(error);
        input.select();
      }
    });
    return form;
  }

  /** Shown this once: the desk keeps only their hashes. */
  #codes(codes) {
    const heading = el("h3", { tabindex: -1 }, t("security.codes"));
    const done = () => (this.onDone ? this.onDone() : this.#show());
    this.#panel.replaceChildren(
      heading,
      el("p", {}, t("security.codes_why")),
      el(
        "ol",
        { class: "codes" },
        codes.map((code) => el("li", {}, el("code", {}, code))),
      ),
      el(
        "p",
        { class: "buttons" },
        el("button", { type: "button", class: "primary", name: "kept", onclick: done }, t("security.kept")),
        copyButton(codes.join("\n"), "security"),
      ),
    );
    heading.focus();
  }

  async #renew() {
    let made = null;
    const send = async (code) => (made = await this.desk.api.send("POST", `${PATH}/recovery-codes`, code));
    if (await this.#askForCode("renew", send)) this.#codes(made.recovery_codes);
  }

  async #remove() {
    if (!(await this.#askForCode("remove", (code) => this.desk.api.send("POST", `${PATH}/remove`, code)))) return;
    tell(t("security.removed"));
    this.#show();
  }

  #askForCode(verb, send) {
    const fields = [{ name: "code", label: t("signin.code"), hint: t("security.code_hint"), isRequired: true }];
    const name = t(`security.${verb}`);
    const form = { heading: name, intro: t(`security.${verb}_why`), fields, submit: name };
    return formDialog(form, send);
  }

  async #try(work) {
    attribute(this.#panel, "aria-busy", "true");
    try {
      await work();
    } catch (error) {
      this.#panel.replaceChildren(el("p", { role: "alert" }, explain(error)));
    } finally {
      attribute(this.#panel, "aria-busy", null);
    }
  }
}

const inFours = (text) => text.match(/.{1,4}/g).join(" ");

customElements.define("desk-security", DeskSecurity);
