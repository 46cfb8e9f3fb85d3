/** The first and last of the code units that only mean something in pairs. */
const firstSurrogate = 0xd800;
const lastSurrogate = 0xdfff;
const lastCodePoint = 0x10ffff;

const isSurrogate = (unit: number) => unit >= firstSurrogate && unit <= lastSurrogate;
/** Whether a pair begins with the unit. */
const beginsPair = (unit: number) => unit >= firstSurrogate && unit < 0xdc00;

/**
 * Whether a text comes before another in the order of their UTF-8 bytes, by which readers of a table compare. JavaScript's
 * `<` compares code units, which is another order beyond the basic plane.
 * @param maxLength of texts whose first so many code units are the same, the longer comes after the shorter, whatever follows:
 *   their bounds of that length are the same, too
 */
export function isBefore(one: string, other: string, maxLength: number): boolean {
  const shared = Math.min(one.length, other.length, maxLength);
  let at = 0;
  while (at < shared && one.charCodeAt(at) === other.charCodeAt(at)) at++;
  // What is decided beside a surrogate depends on whether that has a partner.
  if (at > 0 && beginsPair(one.charCodeAt(at - 1))) return isBeforeByBytes(one, other);
  if (at === shared) return one.length < other.length;
  const unit = one.charCodeAt(at);
  const otherUnit = other.charCodeAt(at);
  return isSurrogate(unit) || isSurrogate(otherUnit) ? isBeforeByBytes(one, other) : unit < otherUnit;
}

function isBeforeByBytes(one: string, other: string): boolean {
  return Buffer.compare(Buffer.from(one), Buffer.from(other)) < 0;
}

/** A text that is at most `maxLength` code units long and not after `text`: its start, without half a character. */
export function lowerBound(text: string, maxLength: number): string {
  const end =
    text.length > maxLength && beginsPair(text.charCodeAt(maxLength - 1)) ? maxLength - 1 : maxLength;
  // What is no text is written to files as U+FFFD.
  return text.slice(0, end).toWellFormed();
}

/**
 * A text that is not before `text`, and of at most `maxLength` code units: longer texts are cut, and the last character that
 * has a next one becomes that, which may take one code unit more.
 * @returns undefined if there is none.
 */
export function upperBound(text: string, maxLength: number): string | undefined {
  const start = lowerBound(text, maxLength);
  if (text.length <= maxLength) return start;
  const characters = Array.from(start);
  for (;;) {
    const last = characters.pop()?.codePointAt(0);
    if (last === undefined) return undefined;
    if (last === lastCodePoint) continue;
    const next = last + 1 === firstSurrogate ? lastSurrogate + 1 : last + 1;
    return characters.join("") + String.fromCodePoint(next);
  }
}
