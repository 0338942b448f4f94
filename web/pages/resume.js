/**
 * Lets the reader of a mail go on with their conversation. The token stands behind `#`, which browsers send nowhere; it
 * is taken out of the address at once and posted only on a press, so that programs that open links do not use it up.
 */
import { el } from "../shared/dom.js";
import { request } from "../shared/http.js";
import { SafeStorage } from "../widget/storage.js";

const TEXTS = {
  en: {
    heading: "Your conversation",
    intro: "A reply of our support team is waiting for you.",
    go: "Open the conversation",
    opened: "Your conversation is open on this page. You can close the page when you are done.",
    used: "This link was used before or has expired. Each link works once. You can go on where you wrote to us.",
    busy: "That did not work. Please try again in a moment.",
  },
  zh: {
    heading: "您的对话",
    intro: "客服已回复，请查看。",
    go: "打开对话",
    opened: "对话已在本页打开，处理完毕后可关闭本页。",
    used: "该链接已使用过或已过期。每个链接只能使用一次，您可以在原来的页面继续对话。",
    busy: "操作没有成功，请稍后再试。",
  },
};

const locale = navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
const text = TEXTS[locale];
const token = location.hash.slice(1);
const main = document.getElementById("resume");
const said = el("p", { role: "status" }, token ? text.intro : text.used);
const button = el("button", { type: "button", name: "resume", onclick: go }, text.go);

history.replaceState(null, "", location.pathname);
document.documentElement.lang = locale === "zh" ? "zh-Hans" : "en";
document.title = text.heading;
main.replaceChildren(el("h1", {}, text.heading), said, ...(token ? [button] : []));

async function go() {
  if (button.getAttribute("aria-disabled")) return;
  button.setAttribute("aria-disabled", "true");
  const response = await request("/api/v1/resume", { json: { token } }).catch(() => null);
  if (response?.ok) return open(await response.json());
  const isOver = response?.status === 404;
  said.textContent = isOver ? text.used : text.busy;
  if (isOver) button.remove();
  else button.removeAttribute("aria-disabled");
}

function open({ conversation_id, token: bearer, is_verified }) {
  const storage = new SafeStorage(`pharos:${location.origin}`);
  keepEarlier(storage, conversation_id);
  storage.set("session", { conversation_id, token: bearer, is_verified });
  storage.remove("seen");
  said.textContent = text.opened;
  button.remove();
  history.replaceState(null, "", `${location.pathname}#pharos-chat`);
  document.head.append(el("script", { src: "/widget.js", "data-locale": locale }));
}

/** Another conversation of this browser can be found again, as when the customer begins a new one. */
function keepEarlier(storage, id) {
  const past = (storage.get("past") ?? []).filter((each) => each.conversation_id !== id);
  const current = storage.get("session");
  const left = current && current.conversation_id !== id ? [{ ...current, title: "", at: new Date().toISOString() }] : [];
  storage.set("past", [...left, ...past]);
}
