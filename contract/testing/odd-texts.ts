/** Bytes that are no UTF-8 (RFC 3629, section 3), each by what is wrong with it. */
export const brokenBytes: ReadonlyMap<string, Buffer> = new Map(
  Object.entries({
    "é in Latin-1": [0xe9],
    "è in Latin-1": [0xe8],
    "a start without the rest": [0xc3],
    "two of three bytes": [0xe2, 0x82],
    "three of four bytes": [0xf0, 0x9f, 0x98],
    "a rest without a start": [0x80],
    "a slash in two bytes": [0xc0, 0xaf],
    "a quote in two bytes": [0xc0, 0xa2],
    "a quote in three bytes": [0xe0, 0x80, 0xa2],
    "NUL in two bytes": [0xc0, 0x80],
    "the euro in four bytes": [0xf0, 0x82, 0x82, 0xac],
    "the first half of a surrogate pair": [0xed, 0xa0, 0x80],
    "the last half of a surrogate pair": [0xed, 0xbf, 0xbf],
    "a surrogate pair (CESU-8)": [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80],
    "beyond U+10FFFF": [0xf4, 0x90, 0x80, 0x80],
    "five bytes": [0xf8, 0x88, 0x80, 0x80, 0x80],
    "no start of anything": [0xff],
  }).map(([what, bytes]) => [what, Buffer.from(bytes)]),
);

/** Right texts that look like wrong ones: the replacement character, the first and the last of each length, a byte order mark. */
export const oddTexts = [
  "\uFFFD",
  "\u0080",
  "\u07FF",
  "\u0800",
  "\uD7FF",
  "\uE000",
  "\uFFFF",
  "\uFEFF",
  "\u{10000}",
  "\u{10FFFF}",
];
