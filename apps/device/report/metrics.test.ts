import { describe, expect, it } from "vitest";
import { Health } from "../../shared/health";
import { AppMetrics } from "../../shared/metrics/app-metrics";
import type { StatusRoute } from "../../shared/status-server";
import { Lateness } from "./lateness";
import { exportDeviceMetrics } from "./metrics";
import { deliveryOf, settled } from "../testing/deliveries";
import { fleetOf } from "../testing/streams";

describe("the metrics of a container of devices", () => {
  it("are the counts of its parts", async () => {
    const fleet = fleetOf({ devices: ["a", "b"], sensors: ["x", "y", "z"], sharesTopic: true });
    let nowMs = 0;
    const { run, delivery, publisher, ring, tally, counts, sink } = deliveryOf({
      fleet,
      limit: 3,
      elapsed: () => nowMs,
    });
    const lateness = new Lateness();
    const metrics = new AppMetrics();
    const health = new Health();
    const routes = new Map<string, StatusRoute>();
    const route = (path: string, answer: StatusRoute) => void routes.set(path, answer);
    exportDeviceMetrics({ metrics, health, route }, { fleet, tally, delivery, ring, lateness, counts });
    health.healthy();

    const done = run(new AbortController().signal);
    sink.push(0, 0, 0, 1, undefined);
    await settled();
    publisher.last.finish();
    await settled();
    for (const sensor of [0, 3, 4]) sink.push(sensor, 1, 0, 1, undefined);
    await settled();
    const mark = { label: undefined, kinds: 1, observedAtMs: 0, lost: undefined, held: undefined };
    for (const sensor of [1, 5, 5]) sink.push(sensor, 2, 0, 1, undefined);
    sink.pushDuplicate(2, 2, 0, 1, mark);
    sink.struck(0, 3, 0, 2, true);
    tally.skipped = 9;
    for (const ms of [0, 3, 1_500]) lateness.add(ms);

    const lines = (await metrics.text()).split("\n").filter((line) => /^kafka_iot_sim/.test(line));
    expect(lines).toEqual([
      "kafka_iot_sim_devices 2",
      "kafka_iot_sim_sensors 6",
      "kafka_iot_sim_observations_total 8",
      "kafka_iot_sim_observations_skipped_total 9",
      "kafka_iot_sim_declared_losses_total 1",
      "kafka_iot_sim_declared_duplicates_total 1",
      "kafka_iot_sim_messages_sent_total 4",
      "kafka_iot_sim_messages_acknowledged_total 1",
      "kafka_iot_sim_messages_dropped_total 1",
      "kafka_iot_sim_messages_waiting 6",
      ...[0.001, 0.002].map((le) => `kafka_iot_sim_tick_lateness_seconds_bucket{le="${le}"} 1`),
      ...[0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1].map(
        (le) => `kafka_iot_sim_tick_lateness_seconds_bucket{le="${le}"} 2`,
      ),
      ...[10, 100, "+Inf"].map((le) => `kafka_iot_sim_tick_lateness_seconds_bucket{le="${le}"} 3`),
      "kafka_iot_sim_tick_lateness_seconds_sum 1.503",
      "kafka_iot_sim_tick_lateness_seconds_count 3",
    ]);
    const answer = await routes.get("/devices")?.();
    expect(JSON.parse(answer?.body ?? "")).toEqual({
      boot: fleet.boot,
      produced: [4, 4],
      acknowledged: [1, 0],
      dropped: [1, 0],
    });

    expect(health.report()).toEqual({ status: "healthy" });
    nowMs = 30_000;
    expect(health.report()).toEqual({
      status: "sick",
      reason: "no message was acknowledged for 30 s and 6 wait: no acknowledgement yet",
    });
    delivery.drain();
    while (delivery.waiting > 0) {
      publisher.last.finish();
      await settled();
    }
    await done;
    expect(health.report()).toEqual({ status: "healthy" });
  });
});
