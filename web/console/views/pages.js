/**
 * The pages beside the inbox, one line each: where it is, what it is called, who may see it, and its module, which is
 * fetched when the page is first opened. Its default export is a custom element's class, made and given `desk` and
 * `place`, or a function `(desk, place) => Node`. `place` is `{rest, query}`: what follows the route, and what
 * follows `?`. An element with a `moved(place)` method is told when only these change; anything else is made anew.
 */
const EVERYBODY = ["agent", "lead", "admin"];
const LEADS = ["lead", "admin"];
const ADMINS = ["admin"];

/** @typedef {{route: string, title: string, roles: string[], group: string, load: () => Promise<any>}} Page */

/** In the order of the menu; a change of `group` (work, desk, me) draws a line. @type {Page[]} */
export const PAGES = [
  { route: "macros", title: "page.macros", roles: EVERYBODY, group: "work", load: () => import("./macro-page.js") },
  {
    route: "knowledge-tasks",
    title: "page.knowledge",
    roles: LEADS,
    group: "work",
    load: () => import("./knowledge-page.js"),
  },
  { route: "reports", title: "page.reports", roles: LEADS, group: "work", load: () => import("./reports.js") },
  { route: "agents", title: "page.agents", roles: LEADS, group: "desk", load: () => import("./agents.js") },
  { route: "audit", title: "page.audit", roles: ADMINS, group: "desk", load: () => import("./audit.js") },
  { route: "policies", title: "page.policies", roles: ADMINS, group: "desk", load: () => import("./policies.js") },
  { route: "erasure", title: "page.erasure", roles: ADMINS, group: "desk", load: () => import("./erasure.js") },
  { route: "tokens", title: "page.tokens", roles: ADMINS, group: "desk", load: () => import("./tokens.js") },
  { route: "webhooks", title: "page.webhooks", roles: ADMINS, group: "desk", load: () => import("./webhooks.js") },
  { route: "deliveries", title: "page.deliveries", roles: ADMINS, group: "desk", load: () => import("./deliveries.js") },
  { route: "me/notifications", title: "page.notifications", roles: EVERYBODY, group: "me", load: () => import("./notifications.js") },
  { route: "me/security", title: "page.security", roles: EVERYBODY, group: "me", load: () => import("./account.js") },
];

const GROUPS = ["work", "desk", "me"];

/** The pages this agent may see, as the menu lists them. */
export const pagesFor = (agent) =>
  PAGES.filter(({ roles }) => roles.includes(agent.role)).sort(
    (one, other) => GROUPS.indexOf(one.group) - GROUPS.indexOf(other.group),
  );

/** @returns {{page: Page, rest: string}|null} the page of an address, and what follows its route */
export function findPage(path) {
  const page = PAGES.find(({ route }) => path === route || path.startsWith(`${route}/`));
  return page ? { page, rest: path.slice(page.route.length + 1) } : null;
}
