/** Mails and Telegram notices: to whom in masked form, what came of them, and sending them again. */
import { el } from "../../shared/dom.js";
import { label, t } from "../words/i18n.js";
import { deliveryLog } from "./delivery-log.js";

/** @param {import("../model/desk.js").Desk} desk */
export default function deliveries(desk) {
  const page = el("div", {});
  const refresh = () =>
    page.replaceChildren(
      el("p", { class: "muted" }, t("deliveries.intro")),
      deliveryLog(desk.api, "/deliveries", { name, about, refresh }),
    );
  refresh();
  return page;
}

const name = ({ type }) => label("notices.kind", type);

const about = ({ kind, to }) => el("p", { class: "hint addressee" }, `${t(`notices.way.${kind}`)} · ${to ?? t("deliveries.erased")}`);
