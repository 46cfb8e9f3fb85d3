/** A value thrown back at bounds as often as it takes to lie between them, as light by mirrors. */
export function folded(value: number, min: number | undefined, max: number | undefined): number {
  if ((min === undefined || value >= min) && (max === undefined || value <= max)) return value;
  if (max === undefined) return 2 * (min ?? value) - value;
  if (min === undefined) return 2 * max - value;
  const width = max - min;
  const turns = (value - min) / (2 * width);
  const within = (turns - Math.floor(turns)) * 2 * width;
  return min + (within <= width ? within : 2 * width - within);
}
