import type { CommittedOffset } from "../../../shared/kafka";

const nothingCommitted = -1;

/** What consumer groups have committed, as far as their coordinators have said. */
export class CommittedOffsets {
  /** By group, by `topic/partition`. */
  private readonly groups = new Map<string, ReadonlyMap<string, number | "unknown">>();

  /** All that a group has committed. */
  learn(group: string, offsets: readonly CommittedOffset[]): void {
    const known = offsets.filter(({ errorCode, offset }) => errorCode !== 0 || offset !== nothingCommitted);
    this.groups.set(
      group,
      new Map(
        known.map(({ topic, partition, errorCode, offset }) => [
          `${topic}/${partition}`,
          errorCode === 0 ? offset : "unknown",
        ]),
      ),
    );
  }

  /** The next offset that a group reads, or whether it has committed none or is not known. */
  of(group: string, topic: string, partition: number): number | "none" | "unknown" {
    const offsets = this.groups.get(group);
    return offsets === undefined ? "unknown" : (offsets.get(`${topic}/${partition}`) ?? "none");
  }
}
