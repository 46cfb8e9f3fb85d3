import { DeviceEnvironment } from "../../contract/environment/device";
import { createKafka, IdempotentProducer } from "../shared/kafka";
import { runApp } from "../shared/run-app";
import { aborted, within } from "../shared/shutdown";
import { StallWatch } from "../shared/stall-watch";
import { print } from "../shared/stdout";
import { counted, showDuration } from "../shared/text";
import { DeviceTime, systemClock } from "./simulate/clock";
import { CountsByDevice } from "./report/counts-by-device";
import { Delivery } from "./send/delivery";
import { ObservationEncoder } from "./send/encoding";
import { faultNames } from "./simulate/faults/sensor-faults";
import { FleetSink } from "./send/fleet-sink";
import { isResuming, takeUp } from "./history";
import { Lateness } from "./report/lateness";
import { ObservationRing } from "./send/observation-ring";
import { Outgoing, PartitionsOfSensors } from "./send/batch-writer";
import { announce, reporterOf } from "./report/reporter";
import { RateLimit } from "./send/rate-limit";
import { Tally } from "./report/report";
import { findWritten, type Written } from "./resume";
import { fleetOf, historyOf } from "./settings";
import { readReplayTable } from "./replay-files";
import { prepareSignals } from "./simulate/signals";
import { exportDeviceMetrics } from "./report/metrics";
import { Timeline } from "./simulate/timeline";

/** Together less than the 15 s that the container is given to end. */
const drainWithinMs = 10_000;
const disconnectWithinMs = 1000;
/** While the past is made up for, no more than this waits to be sent: it can be observed when it is needed. */
const maxWaitingOfThePast = 16_384;

runApp("device", DeviceEnvironment, async ({ settings, logger, signal, colours, ...context }) => {
  const boot = systemClock.now();
  const name = settings.DEVICE_CONTAINER ?? settings.DEVICE_NAME;
  const signalsOf = prepareSignals(settings.DEVICE_SENSORS, {
    seed: settings.DEVICE_SEED,
    replayTable: readReplayTable,
  });
  const fleet = fleetOf(settings, boot, signalsOf);
  const history = historyOf(settings);
  const resuming = isResuming(history);
  const lateness = new Lateness();
  const tally = new Tally(fleet);
  const counts = new CountsByDevice(fleet);
  const ring = new ObservationRing(settings.DEVICE_BUFFER_LIMIT, settings.DEVICE_BUFFER_KEEPS);
  const kafka = createKafka({
    bootstrapServers: settings.KAFKA_BOOTSTRAP_SERVERS,
    clientId: name,
    logger,
  });
  const producer = new IdempotentProducer(kafka, {
    topic: settings.DEVICE_TOPIC,
    compression: settings.DEVICE_COMPRESSION,
    onRetry: (reason) => delivery.away(reason),
  });
  const reporter = reporterOf(settings, fleet, { logger, colours });
  const encoder = new ObservationEncoder(fleet.devices, fleet.sensors, {
    boot,
    tags: settings.DEVICE_TAGS,
    messageBytes: settings.DEVICE_MESSAGE_BYTES,
  });
  const makeOutgoing = () => new Outgoing(fleet, encoder, reporter.showsEach);
  const delivery = new Delivery({
    publisher: producer,
    ring,
    counts,
    partitions: new PartitionsOfSensors(fleet.keys),
    outgoing: [makeOutgoing(), makeOutgoing()],
    rate: new RateLimit(settings.DEVICE_MAX_RATE, () => performance.now()),
    logger,
    onAcknowledged: (acknowledged) => reporter.acknowledged(acknowledged),
    onRoom: () => timeline?.goOn(),
  });
  const sink = new FleetSink(ring, tally, counts, {
    onObserved: () => delivery.observed(),
    onDropped: () => delivery.dropped(),
    onLost: (sensor, seq, timeMs, kinds) => reporter.lost(sensor, seq, timeMs, faultNames(kinds)),
  });
  const streams = fleet.makeStreams(sink);
  exportDeviceMetrics(context, { fleet, tally, delivery, ring, lateness, counts });
  const report = () => tally.report(name, delivery, ring.dropped, lateness);
  let timeline: Timeline | undefined;

  const start = (written: Written | undefined) => {
    const now = systemClock.now();
    let time = new DeviceTime(systemClock, 1);
    if (written === undefined) for (const stream of streams) stream.startAt(now);
    else time = new DeviceTime(systemClock, history.speed, takeUp(streams, written, now, history));
    timeline = new Timeline(streams, {
      time,
      lateness,
      makesUp: resuming,
      // What comes next may be a message and its duplicate.
      hasRoom: () => ring.size < Math.min(maxWaitingOfThePast, Math.max(1, ring.limit - 1)),
      onPresent() {
        if (!resuming) return;
        logger.info(`history is made, ${counted(tally.observed, "observation")}: live from now on`);
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
          `the clock was set back by ${showDuration(byMs)}: observing again when it is where it was`,
        );
      },
    });
    for (const stream of streams) stream.prepare();
    timeline.start();
  };

  announce(settings, fleet, logger);
  const giveUp = new AbortController();
  if (!resuming) start(undefined);
  const delivered = (async () => {
    // Without a connection, devices that go on where they were have observed nothing that would be lost.
    if (!(await producer.connect(resuming ? signal : giveUp.signal))) return;
    context.health.healthy();
    if (resuming) {
      const { partitionCount } = producer;
      const reading = new StallWatch();
      context.health.check(() => reading.complaint("what was sent in earlier lives has not been read"));
      reading.begin();
      const written = await findWritten(kafka, settings.DEVICE_TOPIC, fleet, streams, {
        signal,
        logger,
        partitionCount,
        onRead: () => reading.progress(),
      });
      reading.end();
      if (written === undefined) return;
      start(written);
    }
    reporter.start(report);
    await delivery.run(giveUp.signal);
  })();

  await Promise.race([aborted(signal), delivered]);
  timeline?.end();
  delivery.drain();
  await within(drainWithinMs, delivered);
  giveUp.abort();
  reporter.stop();
  await within(disconnectWithinMs, producer.disconnect());
  if (delivery.waiting > 0) {
    const fate = resuming ? "will be made again" : "are lost";
    logger.warn(
      `${counted(delivery.waiting, "observation")} could not be sent within ${showDuration(drainWithinMs)} and ${fate}`,
    );
  }
  logger.info(`${counted(delivery.acknowledged, "observation")} acknowledged; ended`);
  await print(`${JSON.stringify(report())}\n`);
});
