import type { PlannedDevice } from "./account";

/**
 * Tells whose a message is that does not say so itself, such as a dead letter: of a topic that the plan gives to one device it is that
 * device's, and of one that devices share it is that of the device that its key names first, `<device>/<sensor>`. Where neither tells,
 * it is nobody's.
 */
export class Attribution {
  private readonly byTopic = new Map<string, Set<string>>();

  constructor(devices: readonly PlannedDevice[]) {
    for (const { name, topic } of devices) {
      const names = this.byTopic.get(topic);
      if (names === undefined) this.byTopic.set(topic, new Set([name]));
      else names.add(name);
    }
  }

  /** The device that has a topic for itself. */
  onlyDeviceOf(topic: string): string | undefined {
    const names = this.byTopic.get(topic);
    return names?.size === 1 ? [...names][0] : undefined;
  }

  /** @param key of a message of the topic, as text */
  deviceOf(topic: string, key: string | undefined): string | undefined {
    const only = this.onlyDeviceOf(topic);
    if (only !== undefined || key === undefined) return only;
    const slash = key.indexOf("/");
    const name = slash < 0 ? "" : key.slice(0, slash);
    return this.byTopic.get(topic)?.has(name) === true ? name : undefined;
  }
}
