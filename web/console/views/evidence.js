/** <desk-evidence>: the public record around the disputed moment, small beside the case, whole in a sheet. */
import { el } from "../../shared/dom.js";
import { dateAndTime } from "../words/format.js";
import { language, t } from "../words/i18n.js";
import { everyTick } from "./clock.js";
import { chart, showEvidence } from "./evidence-sheet.js";
import { View } from "./view.js";

class DeskEvidence extends View {
  #shown = "";

  /** @type {import("../model/desk.js").Desk} */
  desk;

  connectedCallback() {
    const { evidence } = this.desk;
    this.listen(evidence, "change", () => this.#render());
    everyTick(this, () => document.visibilityState === "visible" && evidence.refresh(language()));
    evidence.refresh(language());
    this.#render();
  }

  #render() {
    const { packs, isLoaded, error } = this.desk.evidence ?? {};
    const shown = JSON.stringify([packs, isLoaded, Boolean(error)]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const [pack] = packs ?? [];
    this.replaceChildren(
      el("h3", {}, t("evidence.heading")),
      ...(pack ? this.#pack(pack) : this.#none(isLoaded, error)),
    );
  }

  #pack(pack) {
    const lacking = pack.parts.filter((part) => part.missing);
    return [
      el(
        "button",
        {
          type: "button",
          class: "chart-button",
          name: "evidence",
          "aria-label": t("evidence.enlarge"),
          onclick: () => this.#open(),
        },
        chart(pack),
      ),
      el(
        "ul",
        { class: "findings" },
        pack.findings.map((note) => el("li", {}, note.text)),
        lacking.map((part) => el("li", { class: "muted" }, `${t(`evidence.part.${part.name}`)}: ${part.missing.text}`)),
      ),
      el("p", { class: "hint" }, t("evidence.collected", { n: pack.sequence, at: dateAndTime(pack.collected_at) })),
      !pack.is_current && el("p", { class: "hint warn" }, t("evidence.outdated")),
      el("button", { type: "button", name: "evidence-open", onclick: () => this.#open() }, t("evidence.open")),
    ].filter(Boolean);
  }

  #none(isLoaded, error) {
    if (error && !isLoaded) return [el("p", { class: "muted" }, t("evidence.failed"))];
    if (!isLoaded) return [el("p", { class: "muted" }, t("evidence.loading"))];
    const button = el(
      "button",
      { type: "button", name: "evidence-open", onclick: () => this.#open() },
      t("evidence.collect"),
    );
    return [el("p", { class: "muted" }, t("evidence.none")), button];
  }

  #open() {
    showEvidence(this.desk);
  }
}

customElements.define("desk-evidence", DeskEvidence);
