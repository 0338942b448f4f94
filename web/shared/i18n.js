/** Texts and dates in the reader's language, English or Chinese, and time zone. */

const DATE_LOCALES = { en: "en-GB", zh: "zh-CN" };

/** Return "zh" or "en" from the first wish that is given at all ("zh-Hant", "en-US", ...). */
export function pickLocale(...wishes) {
  const wish = wishes.find(Boolean) ?? "en";
  return wish.toLowerCase().startsWith("zh") ? "zh" : "en";
}

/** Return `t(key, values)`: looks a text up in `tables[locale]` and fills its `{name}` places in. */
export function translator(tables, locale) {
  return (key, values = {}) => {
    const text = tables[locale][key] ?? tables.en?.[key] ?? key;
    return typeof text === "string" ? text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "") : text;
  };
}

export class Dates {
  #locale;

  constructor(locale) {
    this.#locale = DATE_LOCALES[locale];
  }

  /** 14:05 */
  time(at) {
    return this.#format(at, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  }

  /** Sat 22 Nov */
  day(at) {
    return this.#format(at, { weekday: "short", day: "numeric", month: "short" });
  }

  /** 23 Nov, 14:05 */
  moment(at) {
    return this.#format(at, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  }

  /** 23 Nov, 14:05 GMT+8: a deadline names its zone. */
  deadline(at) {
    const parts = new Intl.DateTimeFormat(this.#locale, { timeZoneName: "short" }).formatToParts(new Date(at));
    return `${this.moment(at)} ${parts.find((part) => part.type === "timeZoneName").value}`;
  }

  /** 22 Nov 2026, from a calendar date without a zone. */
  date(isoDate) {
    return this.#format(isoDate, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
  }

  #format(at, options) {
    const when = new Date(at);
    return Number.isNaN(when.getTime()) ? String(at) : new Intl.DateTimeFormat(this.#locale, options).format(when);
  }
}
