import { dayMs } from "../../contract/values/fields";
import { parseExpression } from "../../contract/models/expression";
import type { SensorSettings } from "../../contract/models/sensor";

/** Observations of what is drawn anew each time that are seen well. */
const drawsShown = 120;
const wavesShown = 4;

/**
 * How much time a sensor's signal is best seen in: a few waves, a hundred draws, a week if its weekends differ, else a day.
 * @param sensors of the device, of which a derived one has the longest of those that it is derived from.
 */
export function sensibleSpanMs(sensor: SensorSettings, sensors: readonly SensorSettings[]): number {
  const { model, interval } = sensor;
  switch (model.type) {
    case "sine":
      return Math.min(wavesShown * model.period, Math.max(dayMs, model.period));
    case "uniform":
    case "gaussian":
    case "choice":
      return Math.min(drawsShown * interval, dayMs);
    case "daily":
      return model.weekend === 1 ? dayMs : 7 * dayMs;
    case "counter":
      return Math.min(2 * model.resetEvery, dayMs);
    case "derived": {
      const parsed = parseExpression(model.expression);
      const names = parsed.kind === "expression" ? parsed.sensors : [];
      const sources = sensors.filter(({ name }) => names.includes(name));
      return sources.length === 0
        ? dayMs
        : Math.max(...sources.map((source) => sensibleSpanMs(source, sensors)));
    }
    default:
      return dayMs;
  }
}
