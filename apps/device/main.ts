import { DeviceEnvironment } from "../../contract/environment/device";
import { createKafka, IdempotentProducer } from "../shared/kafka";
import { runApp } from "../shared/run-app";
import { aborted, within } from "../shared/shutdown";
import { StallWatch } from "../shared/stall-watch";
import { print } from "../shared/stdout";
import { counted, showDuration } from "../shared/text";
import { CountsByDevice, Tally } from "./report/counts";
import { Lateness } from "./report/lateness";
import { exportDeviceMetrics } from "./report/metrics";
import { announce, reporterOf, timelineLog } from "./report/reporter";
import { findWritten, isResuming, resumeStreams } from "./resume";
import { BatchWriter, PartitionsOfSensors } from "./send/batch-writer";
import { Delivery } from "./send/delivery";
import { ObservationEncoder } from "./send/encoding";
import { FleetSink } from "./send/fleet-sink";
import { ObservationRing } from "./send/observation-ring";
import { RateLimit } from "./send/rate-limit";
import { fleetOf, historyOf } from "./settings";
import { DeviceTime, systemClock } from "./simulate/clock";
import { faultNames } from "./simulate/faults/sensor-faults";
import { Timeline } from "./simulate/timeline";

/** Together less than the 15 s that the container has to stop. */
const drainWithinMs = 10_000;
const disconnectWithinMs = 1000;
/** While past observations are made, no more than this many wait to be sent: each can be made when it is needed. */
const maxWaitingOfThePast = 16_384;

runApp("device", DeviceEnvironment, async ({ settings, logger, signal, colours, ...context }) => {
  const { health } = context;
  const name = settings.DEVICE_CONTAINER ?? settings.DEVICE_NAME;
  const history = historyOf(settings);
  const resumes = isResuming(history);
  const fleet = fleetOf(settings, systemClock.now());
  const tally = new Tally(fleet);
  const counts = new CountsByDevice(fleet);
  const lateness = new Lateness();
  const reporter = reporterOf(settings, fleet, { logger, colours });

  // The path of an observation: stream → sink → ring → batch writer → broker. It is built from its end.
  const ring = new ObservationRing(settings.DEVICE_BUFFER_LIMIT, settings.DEVICE_BUFFER_KEEPS);
  const encoder = new ObservationEncoder(fleet.devices, fleet.sensors, {
    boot: fleet.boot,
    tags: settings.DEVICE_TAGS,
    messageBytes: settings.DEVICE_MESSAGE_BYTES,
  });
  const makeWriter = () => new BatchWriter(fleet, encoder, reporter.showsEach);
  const delivery = new Delivery({
    ring,
    counts,
    partitions: new PartitionsOfSensors(fleet.keys),
    writers: [makeWriter(), makeWriter()],
    rate: new RateLimit(settings.DEVICE_MAX_RATE, () => performance.now()),
    logger,
    onAcknowledged: (acknowledged) => reporter.acknowledged(acknowledged),
  });
  const sink = new FleetSink(ring, tally, counts, {
    onObserved: () => delivery.observed(),
    onDropped: () => delivery.dropped(),
    onLost: (sensor, seq, timeMs, kinds) => reporter.lost(sensor, seq, timeMs, faultNames(kinds)),
  });
  const streams = fleet.makeStreams(sink);
  const time = new DeviceTime(systemClock, history.speed);
  const timeline = new Timeline(streams, {
    time,
    lateness,
    makesUp: resumes,
    // The next step may make a message and its duplicate.
    hasRoom: () => ring.size < Math.min(maxWaitingOfThePast, Math.max(1, ring.limit - 1)),
    ...timelineLog(logger, tally, resumes),
  });

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
  const report = () => tally.report(name, delivery, ring.dropped, lateness);
  exportDeviceMetrics(context, { fleet, tally, delivery, ring, lateness, counts });
  announce(settings, fleet, logger);

  const giveUp = new AbortController();
  const observe = () => {
    for (const stream of streams) stream.prepare();
    timeline.start();
  };
  /** Sets the streams to where earlier runs ended. @returns whether it could, before the app was to stop */
  const resume = async () => {
    const reading = new StallWatch();
    health.check(() => reading.complaint("the messages of earlier runs have not been read"));
    reading.begin();
    const written = await findWritten(kafka, settings.DEVICE_TOPIC, fleet, streams, {
      signal,
      logger,
      partitionCount: producer.partitionCount,
      onRead: () => reading.progress(),
    });
    reading.end();
    if (written === undefined) return false;
    time.set(resumeStreams(streams, written, systemClock.now(), history));
    return true;
  };
  const deliver = async () => {
    // Devices that resume have observed nothing yet that a stop without a connection would lose.
    if (!(await producer.connect(resumes ? signal : giveUp.signal))) return;
    health.healthy();
    if (resumes) {
      if (!(await resume())) return;
      observe();
    }
    reporter.start(report);
    await delivery.run(producer, giveUp.signal, () => timeline.goOn());
  };

  if (!resumes) {
    const nowMs = systemClock.now();
    for (const stream of streams) stream.startAt(nowMs);
    observe();
  }
  const delivered = deliver();
  await Promise.race([aborted(signal), delivered]);

  timeline.end();
  delivery.drain();
  await within(drainWithinMs, delivered);
  giveUp.abort();
  reporter.stop();
  await within(disconnectWithinMs, producer.disconnect());
  if (delivery.waiting > 0) {
    const fate = resumes ? "will be made again" : "are lost";
    logger.warn(
      `${counted(delivery.waiting, "observation")} could not be sent within ${showDuration(drainWithinMs)} and ${fate}`,
    );
  }
  logger.info(`${counted(delivery.acknowledged, "observation")} acknowledged; ended`);
  await print(`${JSON.stringify(report())}\n`);
});
