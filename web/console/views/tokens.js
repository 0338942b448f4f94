/** <desk-tokens>: the keys of other systems: who has one, what it may do, when it was last used; make and revoke. */
import { el } from "../../shared/dom.js";
import { calendarDate, dateAndTime } from "../words/format.js";
import { t } from "../words/i18n.js";
import { tell } from "./announcer.js";
import { confirm } from "./confirm.js";
import { copyButton } from "./copy-button.js";
import { showDialog } from "./dialog.js";
import { explain, problem } from "./explain.js";
import { formDialog } from "./form-dialog.js";
import { tableBox } from "./table.js";
import { View } from "./view.js";

const COLUMNS = ["name", "scopes", "created", "expires", "used", "state"];
const LIVES = ["30", "90", "365", ""];
/** What a token may be made for, from the least to all. */
const GRANTS = ["tickets:read", "tickets:read tickets:write", "reports:read", "tickets:read tickets:write reports:read"];

export default class DeskTokens extends View {
  #rows = el("tbody");
  #state = el("p", { class: "muted", role: "status" });

  /** @type {import("../model/desk.js").Desk} */
  desk;

  connectedCallback() {
    const create = { type: "button", class: "primary", name: "create", onclick: () => this.#create() };
    const columns = COLUMNS.map((name) => t(`tokens.${name}`));
    this.replaceChildren(
      el("p", {}, t("tokens.intro"), " ", el("a", { href: "/desk/v1/openapi.json", target: "_blank", rel: "noopener" }, "OpenAPI")),
      el("p", { class: "toolbar" }, el("button", create, t("tokens.create"))),
      this.#state,
      tableBox(t("page.tokens"), columns, this.#rows),
    );
    this.#load();
  }

  async #load() {
    try {
      const { tokens } = await this.desk.api.get("/tokens");
      this.#rows.replaceChildren(...tokens.map((token) => this.#row(token)));
      this.#state.textContent = tokens.length ? "" : t("tokens.none");
    } catch (error) {
      this.#state.textContent = explain(error);
    }
  }

  #row(token) {
    const now = this.desk.api.now();
    const isOver = Boolean(token.revoked_at) || (token.expires_at && Date.parse(token.expires_at) <= now);
    const revoke = { type: "button", name: "revoke", onclick: () => this.#revoke(token) };
    return el(
      "tr",
      {},
      el("th", { scope: "row" }, token.name),
      el("td", {}, token.scopes.join(", ")),
      el("td", {}, `${calendarDate(token.created_at)} · ${token.created_by}`),
      el("td", {}, token.expires_at ? calendarDate(token.expires_at) : t("tokens.never")),
      el("td", {}, token.last_used_at ? dateAndTime(token.last_used_at) : t("tokens.unused")),
      el("td", {}, isOver ? t(token.revoked_at ? "tokens.revoked" : "tokens.expired") : el("button", revoke, t("tokens.revoke"))),
    );
  }

  async #create() {
    let made = null;
    const form = {
      heading: t("tokens.create"),
      intro: t("tokens.create_text"),
      fields: [
        { name: "name", label: t("tokens.name"), hint: t("tokens.name_hint"), isRequired: true, most: 80 },
        {
          name: "scopes",
          label: t("tokens.scopes"),
          kind: "select",
          isRequired: true,
          value: GRANTS[0],
          options: GRANTS.map((grant) => [grant, t(`tokens.grant.${grant.replaceAll(" ", "+")}`)]),
        },
        {
          name: "days",
          label: t("tokens.expires"),
          kind: "select",
          isRequired: false,
          value: "90",
          options: LIVES.map((days) => [days, days ? t("tokens.days", { n: days }) : t("tokens.never")]),
        },
      ],
      submit: t("tokens.create"),
    };
    const send = async ({ name, scopes, days }) => {
      const body = { name, scopes: scopes.split(" "), expires_in_days: days ? Number(days) : null };
      made = await this.desk.api.send("POST", "/tokens", body);
    };
    if (!(await formDialog(form, send, (error) => problem(error, this.desk.agent)))) return;
    await this.#load();
    await showText(made.text);
  }

  async #revoke({ id, name }) {
    if (!(await confirm(t("tokens.revoke_ask", { name }), t("tokens.revoke_text"), t("tokens.revoke")))) return;
    try {
      await this.desk.api.send("DELETE", `/tokens/${encodeURIComponent(id)}`);
      tell(t("tokens.revoke_done", { name }));
    } catch (error) {
      this.#state.textContent = explain(error);
    }
    await this.#load();
  }
}

/** The one time that a token's text is shown. */
async function showText(text) {
  const field = el("input", { type: "text", readonly: true, value: text, id: "token-text", class: "token-text", autofocus: true });
  field.addEventListener("focus", () => field.select());
  await showDialog(t("tokens.made"), (close) => [
    el("p", {}, el("label", { for: "token-text" }, t("tokens.made_text"))),
    field,
    el(
      "p",
      { class: "buttons" },
      copyButton(text, "tokens", { class: "primary" }),
      el("button", { type: "button", name: "done", onclick: () => close() }, t("app.close")),
    ),
  ]);
}

customElements.define("desk-tokens", DeskTokens);
