/** <desk-notifications>: what I am told of while I do not look, by which ways, where, and in which language. */
import { attribute, el } from "../../shared/dom.js";
import { hourAndMinute } from "../words/format.js";
import { LANGUAGES, t } from "../words/i18n.js";
import { tell } from "./announcer.js";
import { explain } from "./explain.js";
import { View } from "./view.js";

const PATH = "/me/notifications";
const WAYS = ["mail", "telegram"];

export default class DeskNotifications extends View {
  /** @type {import("../model/desk.js").Desk} */
  desk;

  async connectedCallback() {
    try {
      this.#show(await this.desk.api.get(PATH));
    } catch (error) {
      this.replaceChildren(el("p", { role: "alert" }, explain(error)));
    }
  }

  #show(state) {
    this.replaceChildren(this.#choices(state), this.#chat(state));
  }

  #choices({ kinds, ways, available, mail_address: address, language }) {
    const box = (kind, way) =>
      el("input", {
        type: "checkbox",
        name: `${kind}-${way}`,
        checked: ways[kind].includes(way),
        disabled: !available.includes(way),
        "aria-label": `${t(`notices.kind.${kind}`)}: ${t(`notices.way.${way}`)}`,
      });
    const rows = kinds.map((kind) =>
      el(
        "tr",
        {},
        el("th", { scope: "row" }, t(`notices.kind.${kind}`), el("span", { class: "hint" }, t(`notices.hint.${kind}`))),
        WAYS.map((way) => el("td", {}, box(kind, way))),
      ),
    );
    const heads = [t("notices.what"), ...WAYS.map((way) => t(`notices.way.${way}`))];
    const mail = el("input", { type: "email", name: "mail", id: "notices-mail", autocomplete: "email" });
    mail.value = address ?? "";
    const tongue = el(
      "select",
      { name: "language", id: "notices-language" },
      Object.entries(LANGUAGES).map(([value, text]) => el("option", { value }, text)),
    );
    tongue.value = language;
    const button = el("button", { class: "primary", name: "save" }, t("notices.save"));
    const alert = el("p", { class: "form-message", role: "alert" });
    const missing = WAYS.filter((way) => !available.includes(way)).map((way) => t(`notices.no_${way}`));
    const form = el(
      "form",
      { class: "panel notices", novalidate: true },
      el("p", { class: "muted" }, t("notices.intro")),
      el(
        "div",
        { class: "table-box" },
        el("table", { class: "table notice-table" }, el("thead", {}, el("tr", {}, heads.map((head) => el("th", { scope: "col" }, head)))), el("tbody", {}, rows)),
      ),
      missing.map((text) => el("p", { class: "hint" }, text)),
      el("p", { class: "field" }, el("label", { for: mail.id }, t("notices.address")), mail),
      el("p", { class: "field" }, el("label", { for: tongue.id }, t("notices.language")), tongue),
      alert,
      el("p", { class: "buttons" }, button),
    );
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (button.getAttribute("aria-disabled")) return;
      attribute(button, "aria-disabled", "true");
      alert.textContent = "";
      const chosen = (kind) => WAYS.filter((way) => form.elements[`${kind}-${way}`].checked);
      const body = { ways: Object.fromEntries(kinds.map((kind) => [kind, chosen(kind)])), mail_address: mail.value, language: tongue.value };
      try {
        const saved = await this.desk.api.send("PUT", PATH, body);
        mail.value = saved.mail_address ?? "";
        tell(t("notices.saved"));
      } catch (error) {
        alert.textContent = explain(error);
      } finally {
        attribute(button, "aria-disabled", null);
      }
    });
    return form;
  }

  #chat({ available, is_telegram_linked: isLinked }) {
    const said = el("div", { role: "status" });
    const panel = el("section", { class: "panel" }, el("h3", {}, t("notices.telegram")));
    if (!available.includes("telegram")) {
      panel.hidden = true;
      return panel;
    }
    const attempt = async (work) => {
      try {
        await work();
      } catch (error) {
        said.replaceChildren(el("p", {}, explain(error)));
      }
    };
    const link = () =>
      attempt(async () => {
        const { code, expires_at: until, url } = await this.desk.api.send("POST", "/me/telegram/code");
        said.replaceChildren(
          el("p", {}, t("notices.code", { until: hourAndMinute(until) })),
          el("p", {}, el("code", { class: "secret" }, code)),
          ...(url ? [el("p", {}, el("a", { href: url, target: "_blank", rel: "noreferrer" }, t("notices.open_bot")))] : []),
        );
      });
    const unlink = () => attempt(async () => this.#show(await this.desk.api.send("POST", "/me/telegram/unlink")));
    panel.append(
      el("p", {}, t(isLinked ? "notices.linked" : "notices.not_linked")),
      el(
        "p",
        { class: "buttons" },
        el("button", { type: "button", name: "link", onclick: link }, t(isLinked ? "notices.link_other" : "notices.link")),
        isLinked && el("button", { type: "button", name: "unlink", onclick: unlink }, t("notices.unlink")),
      ),
      said,
    );
    return panel;
  }
}

customElements.define("desk-notifications", DeskNotifications);
