/** <desk-webhooks>: who outside is told of what happens here: make one, pause, try, read what was sent, send it again. */
import { attribute, el } from "../../shared/dom.js";
import { pageHref } from "../model/route.js";
import { dateAndTime, fullTime } from "../words/format.js";
import { counted, t } from "../words/i18n.js";
import { tell } from "./announcer.js";
import { confirm } from "./confirm.js";
import { copyButton } from "./copy-button.js";
import { deliveryLog } from "./delivery-log.js";
import { explain } from "./explain.js";
import { View } from "./view.js";

const PATH = "/webhooks";

export default class DeskWebhooks extends View {
  #list = el("div", { class: "webhooks" });
  #state = el("p", { class: "muted", role: "status" });
  #made = el("div", {});

  /** @type {import("../model/desk.js").Desk} */
  desk;
  place;

  connectedCallback() {
    this.#show();
  }

  moved(place) {
    this.place = place;
    this.#show();
  }

  async #show() {
    try {
      const { webhooks, events } = await this.desk.api.get(PATH);
      const chosen = webhooks.find(({ id }) => id === this.place.rest);
      if (chosen) return this.replaceChildren(...this.#detail(chosen));
      this.#list.replaceChildren(...webhooks.map((webhook) => this.#card(webhook)));
      this.#state.textContent = webhooks.length ? "" : t("webhooks.none");
      this.replaceChildren(el("p", { class: "muted" }, t("webhooks.intro")), this.#made, this.#list, this.#state);
      this.append(this.#form(events));
    } catch (error) {
      this.#state.textContent = explain(error);
      this.replaceChildren(this.#state);
    }
  }

  #card(webhook) {
    const link = el("a", { href: pageHref(`webhooks/${webhook.id}`) }, webhook.name);
    return el(
      "section",
      { class: "panel webhook", "data-id": webhook.id },
      el("h3", {}, link, " ", standing(webhook)),
      el("p", { class: "muted webhook-url" }, webhook.url),
    );
  }

  #detail(webhook) {
    const action = (name, verb) => el("button", { type: "button", name, onclick: () => this.#do(verb) }, t(`webhooks.${name}`));
    const { id, is_paused: isPaused, retry_at: retryAt, waiting } = webhook;
    const log = deliveryLog(this.desk.api, `${PATH}/${id}/deliveries`, { ...sent, refresh: () => this.#show() });
    const send = (path) => this.desk.api.send("POST", `${PATH}/${id}/${path}`);
    const pause = () => this.desk.api.send("PATCH", `${PATH}/${id}`, { is_paused: !isPaused });
    const later = retryAt && !isPaused && t("webhooks.retry_at", { at: dateAndTime(retryAt) });
    return [
      el("p", {}, el("a", { href: pageHref("webhooks") }, t("webhooks.all"))),
      el(
        "section",
        { class: "panel webhook", "data-id": id },
        el("h3", {}, webhook.name, " ", standing(webhook)),
        el("p", { class: "muted webhook-url" }, webhook.url),
        el("p", {}, webhook.events.includes("*") ? t("webhooks.every") : webhook.events.join(", ")),
        el("p", { class: "muted" }, [counted("webhooks.waiting", waiting), later].filter(Boolean).join(" ")),
        el(
          "p",
          { class: "buttons" },
          action(isPaused ? "go_on" : "pause", pause),
          action("ping", () => send("ping")),
          el("button", { type: "button", name: "remove", onclick: () => this.#remove(webhook) }, t("webhooks.remove")),
        ),
      ),
      log,
    ];
  }

  async #do(verb) {
    try {
      await verb();
      tell(t("webhooks.done"));
      await this.#show();
    } catch (error) {
      tell(explain(error));
    }
  }

  async #remove({ id, name }) {
    if (!(await confirm(t("webhooks.remove_heading", { name }), t("webhooks.remove_why"), t("webhooks.remove")))) return;
    await this.#do(async () => {
      await this.desk.api.send("DELETE", `${PATH}/${id}`);
      location.hash = pageHref("webhooks");
    });
  }

  #form(events) {
    const alert = el("p", { class: "form-message", role: "alert", id: "webhook-message" });
    const input = (name, type) =>
      el("input", { name, type, id: `webhook-${name}`, autocomplete: "off", "aria-describedby": alert.id });
    const [name, url] = [input("name", "text"), input("url", "url")];
    const boxes = ["*", ...events].map((event) => el("input", { type: "checkbox", name: "events", value: event }));
    const button = el("button", { class: "primary", name: "create" }, t("webhooks.create"));
    const form = el(
      "form",
      { class: "panel", novalidate: true },
      el("h3", {}, t("webhooks.new")),
      el("p", { class: "field" }, el("label", { for: name.id }, t("webhooks.name")), name),
      el("p", { class: "field" }, el("label", { for: url.id }, t("webhooks.url")), url),
      el(
        "fieldset",
        { class: "choices" },
        el("legend", {}, t("webhooks.events")),
        boxes.map((box) => el("label", {}, box, " ", box.value === "*" ? t("webhooks.every") : el("code", {}, box.value))),
      ),
      alert,
      el("p", { class: "buttons" }, button),
    );
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (button.getAttribute("aria-disabled")) return;
      attribute(button, "aria-disabled", "true");
      try {
        const chosen = boxes.filter((box) => box.checked).map((box) => box.value);
        const made = await this.desk.api.send("POST", PATH, { name: name.value, url: url.value.trim(), events: chosen });
        this.#tellSecret(made);
        await this.#show();
        this.#made.querySelector("h3").focus();
      } catch (error) {
        alert.textContent = explain(error);
      } finally {
        attribute(button, "aria-disabled", null);
      }
    });
    return form;
  }

  /** Shown this once: nobody can read it again. */
  #tellSecret({ name, secret }) {
    this.#made.replaceChildren(
      el(
        "section",
        { class: "panel" },
        el("h3", { tabindex: -1 }, t("webhooks.secret", { name })),
        el("p", {}, t("webhooks.secret_why")),
        el("p", {}, el("code", { class: "secret" }, secret)),
        el(
          "p",
          { class: "buttons" },
          copyButton(secret, "webhooks"),
          el("button", { type: "button", name: "kept", onclick: () => this.#made.replaceChildren() }, t("webhooks.kept")),
        ),
      ),
    );
  }
}

/** What a delivery was, by its event, with all that was posted. */
const sent = {
  name: ({ type }) => type,
  about: ({ body }) =>
    el("details", {}, el("summary", {}, t("webhooks.body")), el("pre", {}, JSON.stringify(body, null, 2))),
};

function standing({ is_paused: isPaused, is_circuit_open: isOpen, failures, created_at: at }) {
  const name = isPaused ? "paused" : isOpen ? "circuit_open" : failures ? "failing" : "well";
  return el("span", { class: name === "well" ? "badge" : "badge warn", title: fullTime(at) }, t(`webhooks.${name}`));
}

customElements.define("desk-webhooks", DeskWebhooks);
