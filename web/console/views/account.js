/** How I sign in: my second factor and my password. */
import { el } from "../../shared/dom.js";
import "./password.js";
import "./security.js";
import { make } from "./view.js";

/** @param {import("../model/desk.js").Desk} desk */
export default (desk) => el("div", {}, make("desk-security", { desk }), make("desk-password", { desk }));
