/** A failed request in words: the server's own sentence whenever it has one. */
import { t } from "../words/i18n.js";

/** @param {import("../model/api.js").ApiError} error */
export function explain(error) {
  if (error.status === 0) return t("failed.unreachable");
  return error.detail || t("failed.other", { status: error.status, detail: "" });
}
