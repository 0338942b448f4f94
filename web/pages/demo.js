/* Runs before the page is drawn: the language of the address decides which texts show. */
const LANGUAGE = new URLSearchParams(location.search).get("lang")?.startsWith("zh") ? "zh" : "en";
document.documentElement.lang = LANGUAGE;
if (LANGUAGE === "zh") document.title = "演示交易所";
