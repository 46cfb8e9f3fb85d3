/** How fast dots go for a rate, in pixels a second: a thousand times as many messages cannot go a thousand times as fast. */
export function dotSpeed(messagesPerSecond: number): number {
  return messagesPerSecond <= 0 ? 0 : 10 + 22 * Math.log10(1 + messagesPerSecond);
}
