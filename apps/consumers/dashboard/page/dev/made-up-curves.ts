const states = ["idle", "heating", "cooling"];

/** Every third sensor has names for its values. */
const isNamed = (sensor: number) => sensor % 3 === 2;

/** Points of a sensor that does not exist, each second, or each fifth second for every fourth sensor. */
export function madeUpPoints(
  device: string,
  sensor: number,
  fromMs: number,
  toMs: number,
): [number, number][] {
  const stepMs = sensor % 4 === 3 ? 5_000 : 1_000;
  const points: [number, number][] = [];
  for (let at = Math.ceil(fromMs / stepMs) * stepMs; at <= toMs; at += stepMs) {
    const phase = at / 30_000 + device.length + sensor * 2 + Number(/\d+/.exec(device)?.[0] ?? 0);
    if (isNamed(sensor)) points.push([at, Math.floor(2.99 * (0.5 + 0.5 * Math.sin(phase)))]);
    else points.push([at, 20 + 6 * Math.sin(phase) * (sensor + 1) + noise(at + sensor)]);
  }
  return points;
}

/** The label of a value, if it has one. */
export function madeUpLabel(sensor: number, value: number | undefined): string | undefined {
  return isNamed(sensor) && value !== undefined ? states[value] : undefined;
}

/** A pseudo-random number from 0 to 1; the same for the same seed. */
export function noise(seed: number): number {
  const wave = Math.sin(seed * 12.9898) * 43_758.5453;
  return wave - Math.floor(wave);
}
