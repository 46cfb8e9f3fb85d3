import type { Gap } from "../../../../contract/frames/frames";
import type { DeviceLife, OwnCounts, Sensor, SensorLife } from "./devices";
import type { NumberRange } from "./interval-set";
import type { TopicProgress } from "./progress";

/** How long observations have to be missing after everything was read that the topic had when that was noticed. */
const settleMs = 3_000;
/** Gaps that are kept of lives that are not. */
const maxOldGaps = 1_000;

/** The progress of a topic at the time of one review. */
interface TopicNow {
  readonly isReady: boolean;
  readonly readUpToMs: number;
}

/** Decides each second what is missing, of sensors and of acknowledged messages. Nearly all sensors and devices lack nothing. */
export class GapReview {
  sensorCount = 0;
  private readonly watched = new Set<SensorLife>();
  private readonly irregular = new Set<SensorLife>();
  private readonly reported = new Set<DeviceLife>();
  private readonly unacknowledged = new Set<DeviceLife>();
  private readonly old: Gap[] = [];
  private oldCount = 0;
  private changeCount = 0;

  /** Grows with each change of the list of gaps. */
  get version(): number {
    return this.changeCount;
  }

  /** Whether acknowledged messages are missing that leave no gap. */
  get hasUnacknowledged(): boolean {
    return this.unacknowledged.size > 0;
  }

  /** Some observations of it may be missing. */
  watch(life: SensorLife): void {
    if (life.isWatched) return;
    life.isWatched = true;
    this.watched.add(life);
  }

  /** A message of it repeats another. */
  noteRepeat(life: SensorLife): void {
    life.ofDevice.device.repeated++;
    this.irregular.add(life);
    this.changeCount++;
  }

  /** A device has reported how many messages were acknowledged. */
  noteReport(life: DeviceLife, { produced, acknowledged, dropped }: OwnCounts, nowMs: number): void {
    const waiting = produced - acknowledged - dropped;
    if (life.acknowledgements.reported(acknowledged, waiting, life.read, nowMs)) this.reported.add(life);
  }

  /** Messages that were acknowledged up to now may never have been seen. */
  startOver(life: DeviceLife): void {
    life.acknowledgements.startOver();
    this.reported.delete(life);
  }

  review(nowMs: number): void {
    const topics = new Map<TopicProgress, TopicNow>();
    const now = (topic: TopicProgress): TopicNow => {
      let known = topics.get(topic);
      if (known === undefined) {
        known = { isReady: topic.isReady, readUpToMs: topic.readUpToMs };
        topics.set(topic, known);
      }
      return known;
    };
    for (const life of this.watched) {
      const { topic } = life.origin.partition;
      const { isReady, readUpToMs } = now(topic);
      if (!isReady) continue;
      const { boot } = life.ofDevice;
      this.judge(life, topic.sawBeginAt(boot, life.origin), readUpToMs - settleMs, nowMs);
      if (!life.isUnsettled) this.unwatch(life);
    }
    for (const life of this.reported) {
      const { topic } = life.device;
      const { isReady, readUpToMs } = now(topic);
      if (isReady) this.judgeAcknowledged(life, topic.sawBeginOf(life.boot), readUpToMs, nowMs);
    }
    this.sumUnacknowledged();
  }

  /** Nothing more will be known of a life: its missing observations are missing for good. */
  settle(life: SensorLife, sensor: Sensor): void {
    const { topic } = life.origin.partition;
    const { boot } = life.ofDevice;
    this.judge(life, topic.isReady && topic.sawBeginAt(boot, life.origin), Infinity, 0);
    for (const gap of gapsOf(life)) {
      this.oldCount++;
      if (this.old.length < maxOldGaps) this.old.push(gap);
    }
    sensor.forgottenUpTo = Math.max(sensor.forgottenUpTo, boot);
    this.remove(life, sensor);
  }

  /** Takes back all counts of a life: its messages will be read again, or do not exist any more. */
  takeBack(life: SensorLife): void {
    const { ofDevice } = life;
    const { device } = ofDevice;
    const sensor = device.sensors.get(life.sensor);
    ofDevice.read -= life.read;
    ofDevice.missing -= life.missing;
    device.read -= life.read;
    device.inTopic -= life.read + life.repeats;
    device.missing -= life.missing;
    device.repeated -= life.repeats;
    if (sensor !== undefined) this.remove(life, sensor);
  }

  get gapCount(): number {
    let count = this.oldCount + this.unacknowledged.size;
    for (const life of this.irregular) count += life.gaps.length + life.repeated.length;
    return count;
  }

  /** All gaps, those of present lives first. */
  *gaps(): Generator<Gap> {
    for (const life of this.irregular) yield* gapsOf(life);
    for (const { device, acknowledgements, lostAcknowledged } of this.unacknowledged) {
      yield {
        where: device.name,
        device: device.name,
        kind: "acknowledged, not in topic",
        unit: "messages",
        from: 1,
        to: acknowledgements.latest,
        count: lostAcknowledged,
      };
    }
    yield* this.old;
  }

  private judge(life: SensorLife, isBeginSeen: boolean, settledMs: number, nowMs: number): void {
    const { missing: before, gaps } = life;
    life.review(isBeginSeen, settledMs, nowMs);
    const more = life.missing - before;
    life.ofDevice.missing += more;
    life.ofDevice.device.missing += more;
    if (!areSame(gaps, life.gaps)) this.changeCount++;
    if (life.gaps.length > 0 || life.repeats > 0) this.irregular.add(life);
    else this.irregular.delete(life);
  }

  private judgeAcknowledged(life: DeviceLife, isBeginSeen: boolean, readUpToMs: number, nowMs: number): void {
    const { acknowledgements, read, missingAcknowledged: missing } = life;
    acknowledgements.review({ read, missing, isBeginSeen, readUpToMs }, nowMs);
    if (life.lostAcknowledged > 0) this.unacknowledged.add(life);
    if (!acknowledgements.isOpen) this.reported.delete(life);
  }

  /** A gap between numbers may show by now what only the device's count had shown. */
  private sumUnacknowledged(): void {
    if (this.unacknowledged.size > 0) this.changeCount++;
    for (const { device } of this.unacknowledged) device.lostAcknowledged = 0;
    for (const life of this.unacknowledged) {
      life.device.lostAcknowledged += life.lostAcknowledged;
      if (life.lostAcknowledged === 0) this.unacknowledged.delete(life);
    }
  }

  private remove(life: SensorLife, { lives }: Sensor): void {
    lives.splice(lives.indexOf(life), 1);
    this.unwatch(life);
    if (this.irregular.delete(life)) this.changeCount++;
    const { ofDevice } = life;
    ofDevice.sensors--;
    if (ofDevice.sensors > 0 || ofDevice.device.own?.boot === ofDevice.boot) return;
    this.reported.delete(ofDevice);
    ofDevice.device.forget(ofDevice);
  }

  private unwatch(life: SensorLife): void {
    life.isWatched = false;
    this.watched.delete(life);
  }
}

function areSame(ranges: readonly NumberRange[], others: readonly NumberRange[]): boolean {
  return (
    ranges.length === others.length &&
    ranges.every(({ from, to }, index) => others[index]?.from === from && others[index].to === to)
  );
}

function gapsOf(life: SensorLife): Gap[] {
  const { name } = life.ofDevice.device;
  const where = `${name}/${life.sensor}`;
  const gap = (kind: Gap["kind"]) => (range: NumberRange) =>
    ({
      where,
      device: name,
      kind,
      unit: "seq",
      from: range.from,
      to: range.to,
      count: range.to - range.from + 1,
    }) satisfies Gap;
  return [...life.gaps.map(gap("missing in topic")), ...life.repeated.map(gap("repeated in topic"))];
}
