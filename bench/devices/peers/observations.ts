/** Ten devices of five sensors each, as in `bench/lake/peers/produce.py`. */
const devices = 10;
const sensors = 5;
const bootMs = 1_795_392_000_000;
/** The time that the observations span. */
const spanMs = 600_000;

/** The same observations for each peer: ten devices of five sensors, a random double as value. */
export class Observations {
  private timeMs = 0;
  private time = "";

  constructor(readonly count: number) {}

  key(index: number): string {
    return `device-${index % devices}/sensor_${Math.floor(index / devices) % sensors}`;
  }

  timestampMs(index: number): number {
    return bootMs + Math.floor((index * spanMs) / this.count);
  }

  value(index: number): string {
    const timestampMs = this.timestampMs(index);
    if (timestampMs !== this.timeMs) {
      this.timeMs = timestampMs;
      this.time = new Date(timestampMs).toISOString();
    }
    const sensor = Math.floor(index / devices) % sensors;
    const seq = Math.floor(index / (devices * sensors));
    return (
      `{"device":"device-${index % devices}","sensor":"sensor_${sensor}","boot":${bootMs},"seq":${seq},` +
      `"timestamp":"${this.time}","value":${Math.random()}}`
    );
  }
}
