/**
 * Parses JSON of a known form: the caller declares the type of the result.
 *
 * @template T
 * @param {string} text
 * @returns {T}
 * @throws {SyntaxError}
 */
export function parseJson(text) {
  /** @type {unknown} */
  const value = JSON.parse(text);
  return /** @type {T} */ (value);
}
