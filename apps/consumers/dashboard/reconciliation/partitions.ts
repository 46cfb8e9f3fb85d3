import { maxNameLength } from "../../../../contract/frames/frames";
import type { Observation } from "../../../../contract/messages/observation";

import type { MessageEvent, PartitionEvent } from "./events";
import { type Attribution, type Device, type Devices, SensorLife } from "./devices";
import type { GapReview } from "./gap-review";
import type { PartitionProgress } from "./progress";
import { lostIn } from "./seq-record";

/** Names an observation. */
type Subject = Pick<Observation, "device" | "sensor" | "boot" | "seq">;

/** Lives of one sensor that are kept; before the past is read, lives with gaps are kept longer. */
const maxLives = 4;
const maxLivesWithGaps = 64;
const maxSensors = 200_000;

/** Sums of all topics. */
export interface TopicTotals {
  messages: number;
  declaredLosses: number;
  declaredDuplicates: number;
}

/** What the partitions of all topics share. */
export interface SharedByPartitions {
  readonly devices: Devices;
  readonly review: GapReview;
  readonly attribution: Attribution;
  readonly totals: TopicTotals;
}

/** Assigns the messages of one partition to sensors. */
export class PartitionReconciliation {
  private readonly devices: Devices;
  private readonly review: GapReview;
  private readonly attribution: Attribution;
  private readonly totals: TopicTotals;

  constructor(
    private readonly progress: PartitionProgress,
    { devices, review, attribution, totals }: SharedByPartitions,
  ) {
    this.devices = devices;
    this.review = review;
    this.attribution = attribution;
    this.totals = totals;
  }

  message({ offset, timestampMs, key, observation, labels }: MessageEvent): void {
    const { progress, totals } = this;
    progress.passed(offset);
    totals.messages++;
    // The value may be corrupt, as declared; its label says which observation it was.
    const subject: Subject | undefined = labels?.fault ?? observation;
    if (subject === undefined) {
      this.noteMalformed(key);
      return;
    }
    const device = this.devices.getOrAdd(subject.device, progress.topic.name);
    if (device === undefined) return;
    device.inTopic++;
    const life = this.lifeOf(device, subject);
    if (life === undefined) {
      device.read++;
      return;
    }
    const { seq } = subject;
    const { origin } = life;
    if (origin.partition !== progress || offset < origin.offset || seq < life.first)
      this.noteBegin(life, { offset, timestampMs, labels }, seq);
    const observedAt = labels?.fault?.observedAt ?? observation?.timestamp ?? "";
    const outcome = life.take(seq, observedAt, labels);
    if (life.hasGaps) this.review.watch(life);
    if (outcome === "repeated") {
      this.review.noteRepeat(life);
      return;
    }
    device.read++;
    life.ofDevice.read++;
    life.ofDevice.acknowledgements.read(timestampMs);
    if (outcome === "declared") totals.declaredDuplicates++;
    else if (labels !== undefined) totals.declaredLosses += lostIn(labels);
  }

  /** Applies an event that is rarer than messages. */
  apply(event: Exclude<PartitionEvent, MessageEvent>): void {
    switch (event.type) {
      case "progress":
        this.progress.advance(event.next, event.latest, event.asOfMs);
        return;
      case "partition opened":
        this.open(event.earliest, event.liveFrom, event.nowMs);
        return;
      case "past read":
        this.pastRead();
        return;
      case "removed":
        this.removed(event.from, event.to, event.nowMs);
        return;
      case "unreadable":
        this.progress.passed(event.to - 1);
        this.totals.messages += event.to - event.from;
        this.noteMalformed(null, event.to - event.from);
        return;
      case "partition reset":
        this.reset(event.nowMs);
    }
  }

  private open(earliest: number, liveFrom: number, nowMs: number): void {
    const { progress } = this;
    const { topic } = progress;
    progress.begin(earliest, liveFrom);
    topic.beganMs = Math.min(topic.beganMs, nowMs);
    if (earliest > 0) topic.unseenUpTo(nowMs);
  }

  private pastRead(): void {
    const { progress } = this;
    progress.pastRead();
    if (progress.isPastCut) for (const life of this.lives()) life.forgive();
    progress.isPastCut = false;
  }

  private removed(from: number, to: number, nowMs: number): void {
    const { progress } = this;
    this.startOver(nowMs);
    if (progress.isPast(from)) {
      progress.isPastCut = true;
      progress.passed(to - 1);
    } else for (const life of this.lives()) life.cut();
  }

  private reset(nowMs: number): void {
    const { progress, review, totals } = this;
    this.startOver(nowMs);
    for (const life of [...this.lives()]) {
      totals.messages -= life.read + life.repeats;
      review.takeBack(life);
    }
    progress.restart();
  }

  /** Messages that were acknowledged up to now may never have been seen. */
  private startOver(nowMs: number): void {
    const { topic } = this.progress;
    topic.unseenUpTo(nowMs);
    for (const device of this.devices.all)
      if (device.topic === topic) for (const life of device.lives) this.review.startOver(life);
  }

  /** Lives whose first message is here. */
  private *lives(): Generator<SensorLife> {
    for (const device of this.devices.all) {
      if (device.topic !== this.progress.topic) continue;
      for (const { lives } of device.sensors.values())
        for (const life of lives) if (life.origin.partition === this.progress) yield life;
    }
  }

  private noteMalformed(key: Buffer | null, count = 1): void {
    const name = this.attribution.deviceOf(this.progress.topic.name, key?.toString("utf8"));
    const device = name === undefined ? undefined : this.devices.get(name);
    if (device !== undefined) device.inTopic += count;
  }

  private noteBegin(
    life: SensorLife,
    { offset, timestampMs, labels }: Pick<MessageEvent, "offset" | "timestampMs" | "labels">,
    seq: number,
  ): void {
    const declared = labels === undefined ? 0 : Math.max(lostIn(labels), labels.held?.count ?? 0);
    const { progress } = this;
    // Retention removes messages by partition, so that two partitions may lack messages of different times.
    if (life.origin.partition !== progress && !progress.topic.keepsAllOf(timestampMs))
      life.enter(progress, seq, labels);
    const origin = progress.originOf(life.ofDevice.boot, offset, seq <= declared);
    if (seq >= life.first) return;
    life.origin = origin;
    this.review.watch(life);
  }

  /** @returns undefined if nothing is kept of it */
  private lifeOf(device: Device, subject: Subject): SensorLife | undefined {
    const lives = device.sensors.get(subject.sensor)?.lives;
    const latest = lives?.[lives.length - 1];
    if (latest?.ofDevice.boot === subject.boot) return latest;
    return lives?.find(({ ofDevice }) => ofDevice.boot === subject.boot) ?? this.addLife(device, subject);
  }

  private addLife(device: Device, { sensor: name, boot }: Subject): SensorLife | undefined {
    const { review, progress } = this;
    let sensor = device.sensors.get(name);
    if (sensor === undefined) {
      if (review.sensorCount >= maxSensors || name.length > maxNameLength) return undefined;
      review.sensorCount++;
      sensor = { lives: [], forgottenUpTo: -Infinity };
      device.sensors.set(name, sensor);
    }
    if (boot <= sensor.forgottenUpTo) return undefined;
    const ofDevice = device.life(boot);
    ofDevice.sensors++;
    const nowhere = { partition: progress, offset: Infinity, isBegin: false };
    const life = new SensorLife(name, ofDevice, nowhere);
    const { lives } = sensor;
    const place = lives.findIndex((other) => other.ofDevice.boot > boot);
    lives.splice(place < 0 ? lives.length : place, 0, life);
    const settled = lives.length > maxLives ? this.settledOf(lives.slice(0, lives.indexOf(life))) : undefined;
    if (settled !== undefined) review.settle(settled, sensor);
    return life;
  }

  /** The one of earlier lives of which nothing more will be known. */
  private settledOf(earlier: readonly SensorLife[]): SensorLife | undefined {
    const [oldest] = earlier;
    if (this.progress.topic.isReady || earlier.length >= maxLivesWithGaps) return oldest;
    return earlier.find(({ hasGaps }) => !hasGaps);
  }
}
