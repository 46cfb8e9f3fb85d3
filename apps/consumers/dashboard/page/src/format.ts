/** Formats numbers and times. Numbers have English separators, as everywhere in this project; times are of the browser's time zone. */

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const significant = new Intl.NumberFormat("en", { maximumSignificantDigits: 5 });

/** A name, in quotation marks if it has no visible character: a link or a heading must have a text. */
export function formatName(name: string): string {
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(name) ? name : JSON.stringify(name);
}

/** `1,234,567` */
export function formatCount(count: number): string {
  return whole.format(count);
}

/** `1 row`, `2 rows` */
export function formatCounted(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** A short count: `999`, `12.3k`, `4.57M`. */
export function formatShortCount(count: number): string {
  const scales = [
    [1e9, "G"],
    [1e6, "M"],
    [1e4, "k"],
  ] as const;
  const scale = scales.find(([from]) => Math.abs(count) >= from);
  if (scale === undefined) return formatCount(count);
  const unit = scale[0] === 1e4 ? 1e3 : scale[0];
  return `${Number((count / unit).toPrecision(3))}${scale[1]}`;
}

/** A rate a second: `0`, `0.3`, `12.5`, `1,234`. */
export function formatRate(perSecond: number): string {
  return perSecond < 100 ? tenths.format(perSecond) : whole.format(perSecond);
}

/** `0 B`, `12.3 kB`, `4.57 MB`: powers of 1000. */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const scaled = bytes / 1000 ** power;
  return `${power === 0 ? whole.format(scaled) : Number(scaled.toPrecision(3))} ${units[power] ?? ""}`;
}

/** `7 ms`, `1.2 s`, `3 m 20 s`, `2 h 5 m`, `3 d 4 h`. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${tenths.format(Math.floor(ms / 100) / 10)} s`;
  const seconds = Math.floor(ms / 1_000);
  const parts = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3_600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "m"],
    [seconds % 60, "s"],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(" ");
}

/** A share from 0 to 1: `43 %`; only the whole is 100 %. */
export function formatShare(share: number): string {
  return `${Math.floor(share * 100)} %`;
}

/** An observation's value: five significant digits. */
export function formatValue(value: number): string {
  return significant.format(value);
}

const two = (number: number) => String(number).padStart(2, "0");

/** Local time of day, `12:00:03`. */
export function formatClock(ms: number): string {
  const time = new Date(ms);
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}

/** Local time, with the date unless it is the same day: `12:00:03`, `2026-11-22 12:00:03`. */
export function formatTime(ms: number, nowMs: number): string {
  const [time, now] = [new Date(ms), new Date(nowMs)];
  if (time.toDateString() === now.toDateString()) return formatClock(ms);
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${formatClock(ms)}`;
}
