import { DeviceEnvironment } from "../shared/contract/device";
import { createKafka, OrderedProducer } from "../shared/kafka";
import { runApp } from "../shared/run-app";
import { aborted, within } from "../shared/shutdown";
import { isClogged, print } from "../shared/stdout";
import { counted, showDuration } from "../shared/text";
import { BoundedBuffer } from "./buffer";
import { Delivery } from "./delivery";
import { jsonLines, prettyLines } from "./lines";
import { uniform } from "./models/uniform";
import { Schedule } from "./schedule";
import { type Observed, Sensor } from "./sensor";

/** Together less than the 15 s that the container is given to end. */
const drainWithinMs = 10_000;
const disconnectWithinMs = 1000;

runApp("device", DeviceEnvironment, async ({ settings, logger, signal, health, colours }) => {
  const device = {
    name: settings.DEVICE_NAME,
    boot: Date.now(),
    sharesTopic: settings.DEVICE_SHARES_TOPIC,
  };
  const kafka = createKafka({
    bootstrapServers: settings.KAFKA_BOOTSTRAP_SERVERS,
    clientId: device.name,
    logger,
  });
  const sensorNames = settings.DEVICE_SENSORS.map(({ name }) => name);
  const lines = settings.LOG_FORMAT === "json" ? jsonLines(device.name) : prettyLines(sensorNames, colours);
  let unprinted = 0;

  const producer = new OrderedProducer(kafka, {
    topic: settings.DEVICE_TOPIC,
    onRetry: (reason) => delivery.away(reason),
  });
  const delivery = new Delivery({
    publisher: producer,
    buffer: new BoundedBuffer<Observed>(settings.DEVICE_BUFFER_LIMIT),
    logger,
    onAcknowledged(group, acknowledgement) {
      if (!logger.writes("info")) return;
      if (isClogged()) {
        unprinted += group.length;
        return;
      }
      if (unprinted > 0) logger.warn(`${unprinted} lines were not printed: nobody read them fast enough`);
      unprinted = 0;
      const observed = group.map((message) => message.observed);
      void print(lines(observed, acknowledgement));
    },
  });
  const sensors = settings.DEVICE_SENSORS.map(
    (sensor) => new Sensor(device, sensor, uniform(), (observed) => delivery.observe(observed)),
  );
  const schedule = new Schedule(sensors, {
    onSkipped({ count, fromMs, toMs }) {
      const [from, to] = [fromMs, toMs].map((ms) => new Date(ms).toISOString());
      logger.warn(`${counted(count, "observation")} skipped: the device did not run at their time`, {
        from,
        to,
      });
    },
    onClockSetBack(byMs) {
      logger.warn(`the clock was set back by ${showDuration(byMs)}: observing again when it is where it was`);
    },
  });

  logger.info(
    `${device.name} observes ${counted(sensors.length, "sensor")} and publishes to topic "${settings.DEVICE_TOPIC}"`,
  );
  for (const [intervalMs, group] of Map.groupBy(sensors, (sensor) => sensor.intervalMs)) {
    logger.info(`every ${showDuration(intervalMs)}: ${group.map(({ name }) => name).join(", ")}`);
  }

  const giveUp = new AbortController();
  schedule.start();
  const delivered = (async () => {
    if (!(await producer.connect(giveUp.signal))) return;
    health.healthy();
    await delivery.run(giveUp.signal);
  })();

  await Promise.race([aborted(signal), delivered]);
  schedule.stop();
  delivery.drain();
  await within(drainWithinMs, delivered);
  giveUp.abort();
  await within(disconnectWithinMs, producer.disconnect());
  if (delivery.waiting > 0) {
    logger.warn(
      `${counted(delivery.waiting, "observation")} could not be sent within ${showDuration(drainWithinMs)} and are lost`,
    );
  }
  logger.info(`${counted(delivery.sent, "observation")} acknowledged; ended`);
});
