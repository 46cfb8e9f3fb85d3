import { describe, expect, it } from "vitest";
import { metrics } from "../../../contract/metrics";
import { AppMetrics, collectProcessMetrics } from "./app-metrics";
import { Distribution } from "./distribution";

const histogram = { name: "test_seconds", help: "A test.", type: "histogram", buckets: [0.5, 2] } as const;

describe("the metrics of an app", () => {
  it("are read at each request, under the names of the contract", async () => {
    const app = new AppMetrics();
    let sent = 7;
    app.counter(metrics.messagesSent, () => sent);
    app.gauge(metrics.messagesWaiting, () => 0);
    expect(await app.text()).toBe(`# HELP kafka_iot_sim_messages_sent_total Messages handed to the brokers.
# TYPE kafka_iot_sim_messages_sent_total counter
kafka_iot_sim_messages_sent_total 7

# HELP kafka_iot_sim_messages_waiting Messages neither acknowledged nor dropped yet.
# TYPE kafka_iot_sim_messages_waiting gauge
kafka_iot_sim_messages_waiting 0
`);
    sent = 8;
    expect(await app.text()).toContain("kafka_iot_sim_messages_sent_total 8\n");
  });

  it("have a line for each set of labels, and none for unknown values", async () => {
    const app = new AppMetrics();
    app.gauge(metrics.tableVersion, () => undefined);
    app.gauge(metrics.consumerLag, () => [
      { labels: { topic: 'a"\\b', partition: 0 }, value: 3 },
      { labels: { topic: "b", partition: 1 }, value: 0 },
    ]);
    const lines = (await app.text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    expect(lines).toEqual([
      String.raw`kafka_iot_sim_consumer_lag_messages{topic="a\"\\b",partition="0"} 3`,
      'kafka_iot_sim_consumer_lag_messages{topic="b",partition="1"} 0',
    ]);
  });

  it("have histograms with cumulative buckets", async () => {
    const app = new AppMetrics();
    const distribution = new Distribution(histogram.buckets);
    app.histogram(histogram, () => distribution);
    for (const value of [0.25, 0.5, 1, 8]) distribution.add(value);
    expect(await app.text()).toBe(`# HELP test_seconds A test.
# TYPE test_seconds histogram
test_seconds_bucket{le="0.5"} 2
test_seconds_bucket{le="2"} 3
test_seconds_bucket{le="+Inf"} 4
test_seconds_sum 9.75
test_seconds_count 4
`);
  });

  it("include those of the process, except those that would wake it all the time", async () => {
    const app = new AppMetrics();
    collectProcessMetrics(app.registry);
    const names = (await app.text()).matchAll(/^# TYPE (\S+)/gm);
    const reported = [...names].map(([, name]) => name);
    expect(reported).toEqual(
      expect.arrayContaining([
        "process_cpu_seconds_total",
        "process_resident_memory_bytes",
        "process_start_time_seconds",
        "nodejs_heap_size_used_bytes",
        "nodejs_eventloop_lag_seconds",
        "nodejs_gc_duration_seconds",
      ]),
    );
    expect(reported.filter((name) => /eventloop_lag_./.test(name ?? ""))).toEqual([
      "nodejs_eventloop_lag_seconds",
    ]);
  });
});
