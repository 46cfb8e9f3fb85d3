import { expect, it } from "vitest";
import { AppMetrics } from "../../../shared/metrics/app-metrics";
import { ArrivalTimes } from "../write/arrival-times";
import { exportLakeMetrics, LakeCounts } from "./lake-counts";

it("the freshness of a row is its age at its commit, from its message's timestamp on", () => {
  const counts = new LakeCounts();
  const arrivals = new ArrivalTimes();
  const nowMs = 1_795_392_000_000;
  // Half a step more or less: 10 ms.
  for (const ageMs of [-60_000, 45, 45, 4_995, 9_005, 3_600_005]) arrivals.add(nowMs - ageMs);
  counts.becameVisible(arrivals.all, nowMs);
  const { counts: buckets, sum } = counts.freshnessSeconds;
  // Bounds are 1, 2, 5, 10, 20, 50 ms …, 5 s, 10 s …, 10 min.
  expect([...buckets]).toEqual([1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 1]);
  expect(sum).toBeCloseTo(0.045 * 2 + 4.995 + 9.005 + 3_600.005, 9);
});

it("the metrics export what a lake has counted", async () => {
  const metrics = new AppMetrics();
  const counts = new LakeCounts();
  const [commit, rows, age] = [1_500, 7, 40_000];
  Object.assign(counts, { rows, files: 3, bytes: 4_096, commits: 2, commitsOvertaken: 1 });
  counts.commitSeconds.add(commit / 1_000);
  counts.becameVisible(new Map([[0, rows]]), age + 5);
  const skipped = { deadLetters: 5, missingOffsets: 6 };
  exportLakeMetrics(metrics, { table: { state: { version: 8 } }, counts, skipped });
  const lines = (await metrics.text()).split("\n").filter((line) => /^kafka_iot_sim/.test(line));
  expect(lines.filter((line) => !line.includes("_bucket"))).toEqual([
    "kafka_iot_sim_lake_rows_total 7",
    "kafka_iot_sim_lake_files_total 3",
    "kafka_iot_sim_lake_bytes_total 4096",
    "kafka_iot_sim_lake_commits_total 2",
    "kafka_iot_sim_lake_commits_overtaken_total 1",
    "kafka_iot_sim_lake_commit_duration_seconds_sum 1.5",
    "kafka_iot_sim_lake_commit_duration_seconds_count 1",
    "kafka_iot_sim_lake_freshness_seconds_sum 280",
    "kafka_iot_sim_lake_freshness_seconds_count 7",
    "kafka_iot_sim_lake_dead_letters_total 5",
    "kafka_iot_sim_lake_missing_offsets_total 6",
    "kafka_iot_sim_lake_table_version 8",
  ]);
  expect(lines).toContain('kafka_iot_sim_lake_commit_duration_seconds_bucket{le="1"} 0');
  expect(lines).toContain('kafka_iot_sim_lake_commit_duration_seconds_bucket{le="2"} 1');
  expect(lines).toContain('kafka_iot_sim_lake_freshness_seconds_bucket{le="30"} 0');
  expect(lines).toContain('kafka_iot_sim_lake_freshness_seconds_bucket{le="60"} 7');
});
