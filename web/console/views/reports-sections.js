/**
 * What each section of the reports shows: `tiles` are its chief figures `[name, value, detail?]`, `tables` every number
 * that its picture draws. What there is no data for says so; it is never 0.
 */
import { duration } from "../words/format.js";
import { intlLocale, label, t } from "../words/i18n.js";

const number = (value) => new Intl.NumberFormat(intlLocale()).format(value);
const nothing = () => t("reports.no_data");
const seconds = (value) => (value === null ? nothing() : duration(value * 1000));
const percent = (value) =>
  value === null
    ? nothing()
    : new Intl.NumberFormat(intlLocale(), { style: "percent", maximumFractionDigits: 1 }).format(value);

const counts = (key, first, group, rows) => ({
  caption: t(key),
  columns: [t(first), t("reports.count")],
  rows: rows.map(([name, count]) => [group ? label(group, name) : name, number(count)]),
});

export const SECTIONS = {
  volumes: {
    tiles: ({ opened, resolved }) => [
      [t("reports.opened"), number(opened)],
      [t("reports.resolved"), number(resolved)],
    ],
    tables: ({ days }) => [
      {
        caption: t("reports.volumes"),
        columns: [t("reports.day"), t("reports.opened"), t("reports.resolved")],
        rows: days.map(({ day, opened, resolved }) => [day, number(opened), number(resolved)]),
      },
    ],
  },

  responses: {
    tiles: (figures) => ["first_response", "resolution"].flatMap((clock) => times(clock, figures[clock])),
    note: () => t("reports.responses_note"),
    tables: (figures) => ["first_response", "resolution"].map((clock) => byPriority(clock, figures[clock])),
  },

  breaches: {
    tiles: ({ breaches }) => breaches.map(({ clock, count }) => [t(`clocks.${clock}`), number(count)]),
    tables: ({ breaches }) => [
      counts("reports.breaches", "reports.clock", "clocks", breaches.map(({ clock, count }) => [clock, count])),
    ],
  },

  backlog: {
    tiles: ({ open, unassigned, median_seconds: median, oldest_seconds: oldest }) => [
      [t("reports.open_now"), number(open), t("reports.unassigned", { n: number(unassigned) })],
      [t("reports.median_age"), seconds(median)],
      [t("reports.oldest"), seconds(oldest)],
    ],
    note: () => t("reports.backlog_note"),
    tables: ({ ages }) => [
      counts("reports.backlog", "reports.age", "age", ages.map(({ age, count }) => [age, count])),
    ],
  },

  satisfaction: {
    tiles: ({ asked, rated, mean, response_rate: rate }) => [
      [t("reports.mean"), mean === null ? nothing() : t("reports.of_five", { n: number(mean) })],
      [t("reports.response_rate"), percent(rate), t("reports.rated", { n: number(rated), of: number(asked) })],
    ],
    tables: ({ scores }) => [
      counts("reports.satisfaction", "reports.score", "", scores.map(({ score, count }) => [String(score), count])),
    ],
  },

  bot: {
    tiles: ({ turns, contacts }) =>
      turns
        ? [
            [t("reports.answered"), number(turns.answered)],
            [t("reports.clarified"), number(turns.clarified)],
            [t("reports.handed_over"), number(turns.handed_over)],
            [t("reports.deflection"), percent(contacts.deflection_rate), judged(contacts)],
          ]
        : [],
    note: ({ turns }) => t(turns ? "reports.deflection_note" : "reports.no_queue"),
    tables: ({ turns }) =>
      turns
        ? [counts("reports.bot", "reports.outcome", "outcome", turns.outcomes.map(({ outcome, count }) => [outcome, count]))]
        : [],
  },

  complaints: {
    tiles: ({ received, decided, open_now: open, steps }) => [
      [t("reports.received"), number(received)],
      [t("reports.decided"), number(decided)],
      [t("reports.open_now"), number(open)],
      [t("reports.time_to_decide"), seconds(steps.at(-1).median_seconds), ninth(steps.at(-1))],
    ],
    tables: complaintTables,
  },
};

const judged = ({ deflected, judged: of, not_yet: open }) =>
  t("reports.judged", { n: number(deflected), of: number(of), open: number(open) });

const ninth = ({ p90_seconds: p90 }) => p90 !== null && t("reports.nine_of_ten", { time: duration(p90 * 1000) });

const times = (clock, row) => [
  [t(`reports.${clock}`), seconds(row.median_seconds), ninth(row)],
  [t(`reports.${clock}_in_time`), percent(row.in_time_share), t("reports.of", { n: number(row.in_time), of: number(row.count) })],
];

function byPriority(clock, figures) {
  const names = ["priority", "count", "median", "p90", "target", "in_time"];
  return {
    caption: t(`clocks.${clock}`),
    columns: names.map((name) => t(`reports.${name}`)),
    rows: figures.by_priority.map((row) => [
      row.priority,
      number(row.count),
      seconds(row.median_seconds),
      seconds(row.p90_seconds),
      target(row.target),
      percent(row.in_time_share),
    ]),
  };
}

function target({ shortest_seconds: shortest, longest_seconds: longest }) {
  const [low, high] = [duration(shortest * 1000), duration(longest * 1000)];
  return low === high ? low : t("reports.to_long", { low, high });
}

function complaintTables({ outcomes, topics, root_causes: causes, remedies, paid, steps, missed_limits: missed }) {
  const kinds = outcomes.map(({ outcome }) => outcome);
  return [
    counts("reports.outcomes", "reports.outcome", "ruling", outcomes.map((row) => [row.outcome, row.count])),
    {
      caption: t("reports.topics"),
      columns: [t("resolve.topic"), t("reports.count"), ...kinds.map((name) => label("ruling", name))],
      rows: topics.map((row) => [label("topic", row.topic), number(row.count), ...kinds.map((name) => number(row[name]))]),
    },
    counts("reports.root_causes", "side.root_cause", "cause", causes.map((row) => [row.root_cause, row.count])),
    counts("reports.remedies", "resolve.remedy", "remedy", remedies.map((row) => [row.remedy, row.count])),
    {
      caption: t("reports.paid"),
      columns: [t("resolve.currency"), t("reports.count"), t("resolve.amount")],
      rows: paid.map((row) => [row.currency, number(row.count), row.amount]),
    },
    {
      caption: t("reports.steps"),
      columns: [t("reports.step"), t("reports.count"), t("reports.median"), t("reports.p90")],
      rows: steps.map((row) => [label("step", row.step), number(row.count), seconds(row.median_seconds), seconds(row.p90_seconds)]),
    },
    counts("reports.missed", "reports.limit", "limit", missed.map((row) => [row.limit, row.count])),
  ].filter(({ rows }) => rows.length);
}
