/**
 * The one tag a site needs; the server sends this file as /widget.js, with the folder of the current build filled in.
 *
 *     <script src="https://support.example/widget.js" async></script>
 *
 * data-locale             "en" or "zh" (default: the page's language, else the browser's)
 * data-api                where the customer API answers (default: where this script came from)
 * data-identity-callback  name of a global function returning a signed identity token, or a promise of one
 *
 * Any link to "#pharos-chat" on the page opens the chat.
 */
(() => {
  const tag = document.currentScript ?? document.querySelector('script[src*="/widget.js"]');
  const once = Symbol.for("pharos.chat");
  if (!tag || window[once]) return;
  window[once] = true;

  const { origin } = new URL(tag.src);
  const chat = document.createElement("pharos-chat");
  chat.setAttribute("api", new URL(tag.dataset.api || "/", tag.src).href.replace(/\/+$/, ""));
  if (tag.dataset.locale) chat.setAttribute("locale", tag.dataset.locale);
  if (tag.dataset.identityCallback) chat.setAttribute("identity-callback", tag.dataset.identityCallback);

  const load = () => import(`${origin}__ASSETS__/widget/chat.js`);
  const place = () => document.body.append(chat);
  load()
    .catch(() => new Promise((resolve) => setTimeout(resolve, 3_000)).then(load))
    .then(() => (document.body ? place() : document.addEventListener("DOMContentLoaded", place)))
    .catch((error) => console.warn("Support chat could not be loaded.", error));
})();
