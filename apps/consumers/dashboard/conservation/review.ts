import type { Gap } from "../../../../contract/frames/frames";
import type { DeviceLife, OwnCounts, SensorRecord } from "./device";
import type { SensorLife } from "./life";
import type { TopicReading } from "./reading";

/** How long what is missing has to be so after everything was read that was there when it was noticed. */
const settleMs = 3_000;
/** Gaps that are kept of lives that are not. */
const maxOldGaps = 1_000;

/** A topic as it is during one review. */
interface TopicNow {
  readonly isReady: boolean;
  readonly readUpToMs: number;
}

/** Looks each second at what is missing of sensors and of devices' acknowledgements: nearly all of them lack nothing. */
export class LivesUnderReview {
  sensorCount = 0;
  private readonly watched = new Set<SensorLife>();
  private readonly irregular = new Set<SensorLife>();
  private readonly answered = new Set<DeviceLife>();
  private readonly unacknowledged = new Set<DeviceLife>();
  private readonly old: Gap[] = [];
  private oldCount = 0;

  /** Something of it may be missing. */
  watch(life: SensorLife): void {
    if (life.isWatched) return;
    life.isWatched = true;
    this.watched.add(life);
  }

  /** A message of it is there once too often. */
  noteRepeat(life: SensorLife): void {
    life.counts.device.repeated++;
    this.irregular.add(life);
  }

  /** A device has said what was acknowledged. */
  noteAnswer(life: DeviceLife, { produced, acknowledged, dropped }: OwnCounts, nowMs: number): void {
    const waiting = produced - acknowledged - dropped;
    if (life.acknowledgements.answered(acknowledged, waiting, life.read, nowMs)) this.answered.add(life);
  }

  /** What was acknowledged up to now may have gone unseen. */
  startOver(life: DeviceLife): void {
    life.acknowledgements.startOver();
    this.answered.delete(life);
  }

  look(nowMs: number): void {
    const topics = new Map<TopicReading, TopicNow>();
    const now = (topic: TopicReading): TopicNow => {
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
      const { boot } = life.counts;
      this.judge(life, topic.sawBeginAt(boot, life.origin), readUpToMs - settleMs, nowMs);
      if (!life.isUnsettled) this.unwatch(life);
    }
    for (const life of this.answered) {
      const { topic } = life.device;
      const { isReady, readUpToMs } = now(topic);
      if (isReady) this.judgeAcknowledged(life, topic.sawBeginOf(life.boot), readUpToMs, nowMs);
    }
    this.sumUnacknowledged();
  }

  /** Nothing more is to be known of a life: what is missing now is missing. */
  settle(life: SensorLife, sensor: SensorRecord): void {
    const { topic } = life.origin.partition;
    const { boot } = life.counts;
    this.judge(life, topic.isReady && topic.sawBeginAt(boot, life.origin), Infinity, 0);
    for (const gap of gapsOf(life)) {
      this.oldCount++;
      if (this.old.length < maxOldGaps) this.old.push(gap);
    }
    sensor.forgottenUpTo = Math.max(sensor.forgottenUpTo, boot);
    this.remove(life, sensor);
  }

  /** Takes back all that was counted of a life: its messages are to be read again, or are no more. */
  takeBack(life: SensorLife): void {
    const { counts } = life;
    const { device } = counts;
    const sensor = device.sensors.get(life.sensor);
    counts.read -= life.read;
    counts.missing -= life.missing;
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

  /** The gaps there are, those of present lives first. */
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
    const before = life.missing;
    life.review(isBeginSeen, settledMs, nowMs);
    const more = life.missing - before;
    life.counts.missing += more;
    life.counts.device.missing += more;
    if (life.gaps.length > 0 || life.repeats > 0) this.irregular.add(life);
    else this.irregular.delete(life);
  }

  private judgeAcknowledged(life: DeviceLife, isBeginSeen: boolean, readUpToMs: number, nowMs: number): void {
    const { acknowledgements, read, missingAcknowledged: missing } = life;
    acknowledgements.review({ read, missing, isBeginSeen, readUpToMs }, nowMs);
    if (life.lostAcknowledged > 0) this.unacknowledged.add(life);
    if (!acknowledgements.isOpen) this.answered.delete(life);
  }

  /** A gap between numbers may tell by now what only the device's count had told. */
  private sumUnacknowledged(): void {
    for (const { device } of this.unacknowledged) device.lostAcknowledged = 0;
    for (const life of this.unacknowledged) {
      life.device.lostAcknowledged += life.lostAcknowledged;
      if (life.lostAcknowledged === 0) this.unacknowledged.delete(life);
    }
  }

  private remove(life: SensorLife, { lives }: SensorRecord): void {
    lives.splice(lives.indexOf(life), 1);
    this.unwatch(life);
    this.irregular.delete(life);
    const { counts } = life;
    counts.sensors--;
    if (counts.sensors > 0 || counts.device.own?.boot === counts.boot) return;
    this.answered.delete(counts);
    counts.device.forget(counts);
  }

  private unwatch(life: SensorLife): void {
    life.isWatched = false;
    this.watched.delete(life);
  }
}

function gapsOf(life: SensorLife): Gap[] {
  const { name } = life.counts.device;
  const where = `${name}/${life.sensor}`;
  const gap = (kind: Gap["kind"]) => (range: { readonly from: number; readonly to: number }) =>
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
