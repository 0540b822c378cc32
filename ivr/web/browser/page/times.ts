// Times as people say them. The markup has the moment, so that a page without scripts still tells it; or, in
// `data-clock="41.5"`, how many seconds it was when the server said so, whatever this browser's clock says.

import { language, t } from "../messages.ts";
import { all } from "./dom.ts";

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["second", 60],
  ["minute", 60],
  ["hour", 24],
  ["day", 7],
  ["week", 4.35],
  ["month", 12],
  ["year", Number.POSITIVE_INFINITY],
];
const ago = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: language.startsWith("zh") ? "short" : "long" });
const full = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" });
const short = new Intl.DateTimeFormat(language, { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" });

const began = new WeakMap<HTMLElement, number>();

/** Keep every `<time data-ago|data-since|data-local>` and every `data-clock` true, now and as it passes. */
export function times(): void {
  const tick = () => {
    if (document.hidden) return;
    const now = Date.now();
    for (const time of all<HTMLTimeElement>("time[data-ago], time[data-since], time[data-local]")) write(time, now);
    for (const counter of all("[data-clock]")) count(counter);
  };
  tick();
  setInterval(tick, 1_000);
  document.addEventListener("visibilitychange", tick);
  document.addEventListener("ivory:fragment", tick);
}

/** Seconds as they pass: up, or with `data-clock-down` down to nothing. */
function count(counter: HTMLElement): void {
  const now = performance.now() / 1000;
  const from = began.get(counter) ?? now;
  began.set(counter, from);
  const passed = (now - from) * ("clockDown" in counter.dataset ? -1 : 1);
  const words = minutes(Number(counter.dataset["clock"]) + passed);
  if (counter.textContent !== words) counter.textContent = words;
}

function write(time: HTMLTimeElement, now: number): void {
  const moment = Date.parse(time.dateTime);
  if (Number.isNaN(moment)) return;
  const words =
    "since" in time.dataset ? clock((now - moment) / 1000) : "ago" in time.dataset ? relative((moment - now) / 1000) : short.format(moment);
  if (time.textContent !== words) time.textContent = words;
  if (!time.title) time.title = full.format(moment);
}

/** Seconds as a clock: `02:41`, `1:02:41`. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value: number) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return `${hours ? `${hours}:` : ""}${two(minutes)}:${two(whole % 60)}`;
}

/** The same as pages of the server write it: `0:07`, `1:02:03`. */
export function minutes(seconds: number): string {
  return clock(seconds).replace(/^0(?=\d:)/, "");
}

/** A number of seconds as one reads it: `31.1 s`, `31.1 秒`. */
export function inSeconds(figure: string | number): string {
  return t("{seconds} s", { seconds: figure });
}

/** Seconds from now (negative: ago) in words. */
export function relative(seconds: number): string {
  if (Math.abs(seconds) < 10) return t("just now");
  let value = seconds;
  for (const [unit, size] of STEPS) {
    if (Math.abs(value) < size) return ago.format(Math.round(value), unit).replace(/(\d)(?=\p{Script=Han})/u, "$1 ");
    value /= size;
  }
  return "";
}
