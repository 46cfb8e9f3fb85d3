import type { DeviceEnvironment } from "../../../contract/environment/device";
import type { FaultType } from "../../../contract/models/faults";
import { jsonLines, prettyLines } from "./lines";
import type { DeviceReport } from "./counts";
import type { Colours } from "../../shared/colours";
import type { Logger } from "../../shared/logger";
import { isClogged, print } from "../../shared/stdout";
import { counted, showDuration } from "../../shared/text";
import type { Acknowledged } from "../send/delivery";
import type { Fleet } from "../simulate/fleet";
import type { TimelineOptions } from "../simulate/timeline";
import type { Tally } from "./counts";

const progressEveryMs = 10_000;

/** Logs what the devices are about to do. */
export function announce(settings: DeviceEnvironment, fleet: Fleet, logger: Logger): void {
  const { devices, sensors } = fleet;
  const observed = counted(sensors.length, "sensor");
  const to = `to topic "${settings.DEVICE_TOPIC}"`;
  if (settings.DEVICE_COUNT === undefined)
    logger.info(`${settings.DEVICE_NAME} observes ${observed} and publishes ${to}`);
  else {
    const names = `${devices[0]?.name} to ${devices.at(-1)?.name}`;
    logger.info(`${names}, ${counted(devices.length, "device")}, observe ${observed} each and publish ${to}`);
  }
  for (const [interval, group] of Map.groupBy(sensors, (sensor) => sensor.interval)) {
    logger.info(`every ${showDuration(interval)}: ${group.map(({ name }) => name).join(", ")}`);
  }
}

/** Logs what a timeline reports, and counts the observations that it skips. @param resumes whether past observations are made first */
export function timelineLog(
  logger: Logger,
  tally: Pick<Tally, "observed" | "skipped">,
  resumes: boolean,
): Required<Pick<TimelineOptions, "onPresent" | "onSkipped" | "onClockSetBack">> {
  return {
    onPresent() {
      if (!resumes) return;
      logger.info(
        `the history is complete, ${counted(tally.observed, "observation")}: observing live from now on`,
      );
    },
    onSkipped({ count, fromMs, toMs }) {
      tally.skipped += count;
      const [from, to] = [fromMs, toMs].map((ms) => new Date(ms).toISOString());
      logger.warn(`${counted(count, "observation")} skipped: the device did not run at their time`, {
        from,
        to,
      });
    },
    onClockSetBack(byMs) {
      logger.warn(
        `the clock was set back by ${showDuration(byMs)}: observing again once it has reached its former time`,
      );
    },
  };
}

/** Reports what a fleet does while it runs. */
export interface Reporter {
  /** Whether it prints each observation. Otherwise it logs totals every 10 s. */
  readonly showsEach: boolean;
  start(report: () => DeviceReport): void;
  acknowledged(acknowledged: Acknowledged): void;
  /** Reports that declared faults have lost an observation. */
  lost(sensor: number, seq: number, timeMs: number, kinds: readonly FaultType[]): void;
  stop(): void;
}

interface Output {
  readonly logger: Logger;
  readonly colours: Colours;
}

/** A single device prints each of its observations. A group logs totals: its observations would be too many to read. */
export function reporterOf(settings: DeviceEnvironment, fleet: Fleet, output: Output): Reporter {
  const isGroup = settings.DEVICE_COUNT !== undefined;
  return isGroup ? new TotalsReporter(output.logger) : new EachReporter(settings, fleet, output);
}

class EachReporter implements Reporter {
  readonly showsEach: boolean;
  private readonly lines: (acknowledged: Acknowledged) => string;
  private unprinted = 0;

  constructor(
    settings: DeviceEnvironment,
    private readonly fleet: Fleet,
    private readonly output: Output,
  ) {
    this.showsEach = output.logger.writes("info");
    this.lines =
      settings.LOG_FORMAT === "json"
        ? jsonLines(settings.DEVICE_NAME, fleet.sensors)
        : prettyLines(fleet.sensors, output.colours);
  }

  start(): void {
    // Each observation shows progress.
  }

  acknowledged(acknowledged: Acknowledged): void {
    const { logger } = this.output;
    if (!this.showsEach) return;
    if (isClogged()) {
      this.unprinted += acknowledged.count;
      return;
    }
    if (this.unprinted > 0)
      logger.warn(`${this.unprinted} lines were not printed: nobody read them fast enough`);
    this.unprinted = 0;
    void print(this.lines(acknowledged));
  }

  lost(sensor: number, seq: number, timeMs: number, kinds: readonly FaultType[]): void {
    const name = this.fleet.sensors[this.fleet.sensorOf(sensor)]?.name ?? "";
    this.output.logger.info(`${name} #${seq} is lost, as declared: ${kinds.join(", ")}`, {
      timestamp: new Date(timeMs).toISOString(),
    });
  }

  stop(): void {
    // Nothing runs.
  }
}

class TotalsReporter implements Reporter {
  readonly showsEach = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly logger: Logger) {}

  start(report: () => DeviceReport): void {
    let before = report();
    this.timer = setInterval(() => {
      const now = report();
      const perSecond = Math.round(((now.acknowledged - before.acknowledged) * 1_000) / progressEveryMs);
      this.logger.info(
        `${perSecond.toLocaleString("en")} observations/s, ${now.acknowledged.toLocaleString("en")} acknowledged`,
        {
          waiting: now.waiting,
          dropped: now.dropped,
          lateMsP99: now.tickLatenessMs.p99 ?? undefined,
        },
      );
      before = now;
    }, progressEveryMs).unref();
  }

  acknowledged(): void {
    // Counted elsewhere.
  }

  lost(): void {
    // Counted elsewhere.
  }

  stop(): void {
    clearInterval(this.timer);
  }
}
