// What is no UTF-8 becomes U+FFFD; a byte-order mark at the begin belongs to the text.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Reads texts for the Parquet library whole: by itself it takes a U+FEFF at their beginning away. */
export const exactText = {
  stringFromBytes: (bytes: Uint8Array | undefined): string | undefined => bytes && decoder.decode(bytes),
};
