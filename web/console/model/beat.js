/** A worker that ticks: browsers slow the timers of hidden pages to one a minute, but not those of workers. */
const EVERY_MS = 10_000;

setInterval(() => postMessage("tick"), EVERY_MS);
