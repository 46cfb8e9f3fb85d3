/**
 * Reads JSON whose form the caller knows: it names the type where it puts the result.
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
