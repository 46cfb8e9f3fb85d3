import type { Observation } from "../../../../contract/messages/observation";
import type { PartitionAccount, ReadMessage, ReadingProgress } from "./account";
import type { Attribution } from "./attribution";
import type { DeviceRecord } from "./device";
import type { Devices } from "./devices";
import { maxNameLength } from "../../../../contract/frames/frames";
import { lostIn, SensorLife } from "./life";
import type { LivesUnderReview } from "./review";
import type { PartitionReading } from "./reading";

/** Whose observation a message is. */
type Subject = Pick<Observation, "device" | "sensor" | "boot" | "seq">;

/** Lives of one sensor that are kept; before the past is read, those that still lack something are kept longer. */
const maxLives = 4;
const maxLivesWithGaps = 64;
const maxSensors = 200_000;

/** What was read of all topics. */
export interface TopicTotals {
  messages: number;
  declaredLosses: number;
  declaredDuplicates: number;
}

/** Takes the messages of one partition to the sensors that they are of. */
export class PartitionLedger implements PartitionAccount {
  constructor(
    private readonly reading: PartitionReading,
    private readonly devices: Devices,
    private readonly review: LivesUnderReview,
    private readonly attribution: Attribution,
    private readonly totals: TopicTotals,
  ) {}

  begin({ earliest, liveFrom, nowMs }: Parameters<PartitionAccount["begin"]>[0]): void {
    const { reading } = this;
    const { topic } = reading;
    reading.begin(earliest, liveFrom);
    topic.beganMs = Math.min(topic.beganMs, nowMs);
    if (earliest > 0) topic.unseen(nowMs);
  }

  message({ offset, timestampMs, key, observation, labels }: ReadMessage): void {
    const { reading, totals } = this;
    reading.note(offset);
    totals.messages++;
    // The value may be corrupt, as declared; its label says whose it was.
    const subject: Subject | undefined = labels?.fault ?? observation;
    if (subject === undefined) {
      this.noteMalformed(key);
      return;
    }
    const device = this.devices.getOrAdd(subject.device, reading.topic.name);
    if (device === undefined) return;
    device.inTopic++;
    const life = this.lifeOf(device, subject);
    if (life === undefined) {
      device.read++;
      return;
    }
    const { seq } = subject;
    const { origin } = life;
    if (origin.partition !== reading || offset < origin.offset || seq < life.first)
      this.noteBegin(life, { offset, timestampMs, labels }, seq);
    const observedAt = labels?.fault?.observedAt ?? observation?.timestamp ?? "";
    const outcome = life.take(seq, observedAt, labels);
    if (life.hasGaps) this.review.watch(life);
    if (outcome === "repeated") {
      this.review.noteRepeat(life);
      return;
    }
    device.read++;
    life.counts.read++;
    life.counts.acknowledgements.note(timestampMs);
    if (outcome === "declared") totals.declaredDuplicates++;
    else if (labels !== undefined) totals.declaredLosses += lostIn(labels);
  }

  progress(progress: ReadingProgress): void {
    this.reading.progress(progress);
  }

  pastDone(): void {
    const { reading } = this;
    reading.pastDone();
    if (reading.isPastCut) for (const life of this.lives()) life.forgive();
    reading.isPastCut = false;
  }

  skipped(from: number, to: number, nowMs: number): void {
    const { reading } = this;
    this.startOver(nowMs);
    if (reading.isPast(from)) {
      reading.isPastCut = true;
      reading.note(to - 1);
    } else for (const life of this.lives()) life.cut();
  }

  unreadable(from: number, to: number): void {
    this.reading.note(to - 1);
    this.totals.messages += to - from;
    this.noteMalformed(null, to - from);
  }

  reset(nowMs: number): void {
    const { reading, review, totals } = this;
    this.startOver(nowMs);
    for (const life of [...this.lives()]) {
      totals.messages -= life.read + life.repeats;
      review.takeBack(life);
    }
    reading.restart();
  }

  /** What was acknowledged up to now may have gone unseen. */
  private startOver(nowMs: number): void {
    const { topic } = this.reading;
    topic.unseen(nowMs);
    for (const device of this.devices.all)
      if (device.topic === topic) for (const life of device.lives) this.review.startOver(life);
  }

  /** Lives that were first seen here. */
  private *lives(): Generator<SensorLife> {
    for (const device of this.devices.all) {
      if (device.topic !== this.reading.topic) continue;
      for (const { lives } of device.sensors.values())
        for (const life of lives) if (life.origin.partition === this.reading) yield life;
    }
  }

  private noteMalformed(key: Buffer | null, count = 1): void {
    const name = this.attribution.deviceOf(this.reading.topic.name, key?.toString("utf8"));
    const device = name === undefined ? undefined : this.devices.get(name);
    if (device !== undefined) device.inTopic += count;
  }

  private noteBegin(
    life: SensorLife,
    { offset, timestampMs, labels }: Pick<ReadMessage, "offset" | "timestampMs" | "labels">,
    seq: number,
  ): void {
    const told = labels === undefined ? 0 : Math.max(lostIn(labels), labels.held?.count ?? 0);
    const { reading } = this;
    // Of two partitions retention may have removed what lay between, in the order of time.
    if (life.origin.partition !== reading && !reading.topic.keepsAllOf(timestampMs))
      life.enter(reading, seq, labels);
    const origin = reading.originOf(life.counts.boot, offset, seq <= told);
    if (seq >= life.first) return;
    life.origin = origin;
    this.review.watch(life);
  }

  /** @returns undefined if nothing is kept of it. */
  private lifeOf(device: DeviceRecord, subject: Subject): SensorLife | undefined {
    const lives = device.sensors.get(subject.sensor)?.lives;
    const newest = lives?.[lives.length - 1];
    if (newest?.counts.boot === subject.boot) return newest;
    return lives?.find(({ counts }) => counts.boot === subject.boot) ?? this.addLife(device, subject);
  }

  private addLife(device: DeviceRecord, { sensor: name, boot }: Subject): SensorLife | undefined {
    const { review, reading } = this;
    let sensor = device.sensors.get(name);
    if (sensor === undefined) {
      if (review.sensorCount >= maxSensors || name.length > maxNameLength) return undefined;
      review.sensorCount++;
      sensor = { lives: [], forgottenUpTo: -Infinity };
      device.sensors.set(name, sensor);
    }
    if (boot <= sensor.forgottenUpTo) return undefined;
    const counts = device.life(boot);
    counts.sensors++;
    const nowhere = { partition: reading, offset: Infinity, isBegin: false };
    const life = new SensorLife(name, counts, nowhere);
    const { lives } = sensor;
    const place = lives.findIndex(({ counts: other }) => other.boot > boot);
    lives.splice(place < 0 ? lives.length : place, 0, life);
    const settled = lives.length > maxLives ? this.settledOf(lives.slice(0, lives.indexOf(life))) : undefined;
    if (settled !== undefined) review.settle(settled, sensor);
    return life;
  }

  /** Of earlier lives, the one of which nothing more is to be known. */
  private settledOf(earlier: readonly SensorLife[]): SensorLife | undefined {
    const [oldest] = earlier;
    if (this.reading.topic.isReady || earlier.length >= maxLivesWithGaps) return oldest;
    return earlier.find(({ hasGaps }) => !hasGaps);
  }
}
