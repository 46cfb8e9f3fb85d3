/** How many numbers of an ascending list are not above a value. */
export function countUpTo(ascending: ArrayLike<number>, value: number): number {
  let from = 0;
  let to = ascending.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((ascending[middle] ?? Infinity) <= value) from = middle + 1;
    else to = middle;
  }
  return from;
}
