/** <desk-company>: who else looks at the case and who writes, right above where one writes. */
import { el } from "../../shared/dom.js";
import { joined, t } from "../words/i18n.js";
import { View } from "./view.js";

class DeskCompany extends View {
  #line = el("p", { class: "company", role: "status", hidden: true });

  /** @type {import("../model/company.js").Company} */
  company;

  connectedCallback() {
    this.replaceChildren(this.#line);
    this.listen(this.company, "change", () => this.#render());
    this.#render();
  }

  #render() {
    const { others } = this.company;
    const writing = others.filter((other) => other.is_writing);
    const said = writing.length ? writing : others;
    this.#line.hidden = !said.length;
    this.#line.toggleAttribute("data-writing", writing.length > 0);
    const key = `company.${writing.length ? "writing" : "viewing"}.${said.length > 1 ? "other" : "one"}`;
    this.#line.textContent = said.length ? t(key, { names: joined(said.map((other) => other.name)) }) : "";
  }
}

customElements.define("desk-company", DeskCompany);
