/** Writes an amount of data for people, in powers of 1000: `812 B`, `12.3 kB`, `4.5 MB`, `1.2 TB`. */
export function showData(bytes: number): string {
  const units = ["kB", "MB", "GB", "TB", "PB"];
  if (bytes < 1_000) return `${Math.round(bytes)} B`;
  const power = Math.min(Math.floor(Math.log10(bytes) / 3), units.length);
  return `${(bytes / 1_000 ** power).toFixed(1)} ${units[power - 1]}`;
}

/** Writes memory for people: `384 MB`, `23.5 GB`, in powers of 1024 as Java and Docker count. */
export function showMemory(megabytes: number): string {
  return megabytes < 1_024 ? `${Math.round(megabytes)} MB` : `${(megabytes / 1_024).toFixed(1)} GB`;
}

/** Writes a count for people: `777,600`. */
export function showCount(count: number): string {
  return Math.round(count).toLocaleString("en");
}

/** Writes a count with its noun, which has a regular plural: `1 file`, `5,700 rows`. */
export function showCounted(count: number, noun: string): string {
  return `${showCount(count)} ${noun}${Math.round(count) === 1 ? "" : "s"}`;
}

/** Writes a rate a second: `9`, `0.25`, `1,200`. */
export function showRate(perSecond: number): string {
  return perSecond >= 100 ? showCount(perSecond) : String(Number(perSecond.toPrecision(3)));
}

/** Writes a length of time for people: `12 s`, `4.5 min`, `2.3 h`, `30 d`. */
export function showTime(seconds: number): string {
  const units = [
    ["d", 86_400],
    ["h", 3_600],
    ["min", 60],
  ] as const;
  const [unit, length] = units.find(([, length]) => seconds >= 2 * length) ?? (["s", 1] as const);
  return `${Number((seconds / length).toFixed(1))} ${unit}`;
}
