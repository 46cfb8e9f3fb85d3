import { expect, it } from "vitest";
import { readStackConfig } from "../../infra/config/parse";
import { noFiles } from "../../infra/testing/config";
import { planCapacity } from "../../infra/plan/capacity";
import { planStack } from "../../infra/plan/stack";
import { dockerAddresses } from "../../infra/targets/docker/names";
import { machineProblems } from "../../infra/targets/docker/preflight/problems";
import type { PortSurvey } from "../../infra/targets/docker/preflight/ports";
import type { Survey, Unreachable } from "../../infra/targets/docker/preflight/survey";
import { ampleMachine } from "../../infra/testing/machine";
import { describePlan, type PlanReport } from "./report";
import { reportJson } from "./report";

function reportOf(raw: Record<string, unknown>, survey: Survey | Unreachable = ampleMachine): PlanReport {
  const config = readStackConfig("lab", raw, noFiles);
  const plan = planStack(config.spec, dockerAddresses);
  const problems = [...config.problems, ...machineProblems(plan, config, survey)];
  return { spec: config.spec, plan, capacity: planCapacity(config.spec, plan), survey, problems };
}

const portsOf = (survey: PortSurvey) => new Map([["hostPort" as const, survey]]);
const text = (...parameters: Parameters<typeof reportOf>) => describePlan(reportOf(...parameters));

it("the report shows a stack of the default size", () => {
  expect(text({}).split("\n")).toEqual([
    "stack lab: 3 devices, 9 sensors, 1 broker (ZooKeeper, 1 member)",
    "",
    "role             containers  limit of each  expected in all  names",
    "zookeeper                 1         384 MB           120 MB  zookeeper-1",
    "broker                    1         896 MB           534 MB  broker-1",
    "device                    3         128 MB           150 MB  device-1, device-2, device-3",
    "consumer                  3         512 MB           361 MB  console, lake, dashboard",
    "with the engine           8                          1.6 GB",
    "",
    "topic     partitions  copies  messages/s  a day, all copies  kept at most",
    "device-1           1       1           3            46.2 MB      647.1 MB",
    "device-2           1       1           3            46.2 MB      647.1 MB",
    "device-3           1       1           3            46.2 MB      647.1 MB",
    "3 topics           3       1           9           138.7 MB        1.9 GB",
    "",
    "ports        127.0.0.1: 9092 brokers, 8080 dashboard (free, or this stack's own)",
    "volumes      4: data of 1 ZooKeeper member (2 each), 1 broker, the lake",
    "replicas     3 copies of 3 partitions, 3 a broker",
    "lake, a day  777,600 rows, 10.8 MB",
    "             8,640 commits, 10,080 data files, of which 1,440 are left",
    "             10,080 log entries; replaced files stay for 7d: 154.3 MB",
    "machine      Docker 28.1, 16 processors, 64.0 GB of memory: 3 % of it",
    "",
    "No problems: npx pulumi up makes it so.",
  ]);
});

it("the report shows a large stack in few lines, with warnings", () => {
  const raw = {
    coordination: "kraft",
    brokers: 5,
    devices: 100,
    partitions: 100,
    topicDefaults: { retention: "forever" },
    lake: { compactAfter: "never", flushInterval: "1s" },
  };
  expect(text(raw).split("\n")).toEqual([
    "stack lab: 100 devices, 300 sensors, 5 brokers (KRaft, 3 controllers)",
    "",
    "role             containers  limit of each  expected in all  names",
    "controller                3         768 MB           1.2 GB  controller-1, controller-2, controller-3",
    "broker                    5         896 MB           2.6 GB  broker-1 to broker-5",
    "device                  100         128 MB           4.9 GB  device-1 to device-100",
    "consumer                  3         512 MB           362 MB  console, lake, dashboard",
    "with the engine         111                         11.0 GB",
    "",
    "topic       partitions  copies  messages/s  a day, all copies  kept at most",
    "100 topics      10,000       3         300            17.1 GB   without end",
    "",
    "ports        127.0.0.1: 9092 to 9096 brokers, 8080 dashboard (free, or this stack's own)",
    "volumes      9: data of 3 controllers, 5 brokers, the lake",
    "replicas     30,000 copies of 10,000 partitions, 6,000 a broker",
    "lake, a day  25,920,000 rows, 412.3 MB",
    "             86,400 commits, 87,840 data files, which stay",
    "             86,400 log entries; replaced files stay for 7d: 0 B",
    "machine      Docker 28.1, 16 processors, 64.0 GB of memory: 17 % of it",
    "",
    "warning: 6,000 copies of partitions on a broker are many: up to 4,000 are usual; lower partitions, or add brokers",
    "warning: 87,840 files a day stay in the table: readers slow down with their number; set lake.compactAfter",
    "No problems: npx pulumi up makes it so.",
  ]);
});

it("the report shows groups, history and speed", () => {
  const raw = {
    devices: [
      { name: "meter", count: 25_000, interval: "1m", sensors: 1, topic: "meters" },
      { name: "boiler" },
      { name: "pump", count: 2, devicesPerContainer: 1, sensors: 1 },
    ],
    backfill: "30d",
    speed: 2,
  };
  const lines = text(raw).split("\n");
  expect(lines[0]).toBe("stack lab: 25,003 devices, 25,005 sensors, 1 broker (ZooKeeper, 1 member)");
  const starting = (start: string) => lines.filter((line) => line.startsWith(start));
  expect(starting("device")).toEqual([
    "device                    6         176 MB           350 MB  meter-fleet-1 to meter-fleet-3, boiler, pump-1 to pump-2",
  ]);
  expect(starting("meters")).toEqual([
    "meters             1       1         833            12.5 GB       88.3 GB",
  ]);
  expect(starting("history").concat(starting("speed"))).toEqual([
    "history      30 d: 1,092,960,000 observations, sent in about 91.5 min",
    "speed        an hour of the devices takes 30 min",
  ]);
  expect(starting("warning")).toEqual([
    "warning: a history of 30d makes files for each of 43,200 minutes in the table: readers slow down with their number; shorten backfill",
  ]);
});

it("the report lists all problems of the configuration and of the machine", () => {
  const survey = { ...ampleMachine, ports: portsOf({ taken: [9_093], held: [], freeFirst: 19_092 }) };
  const lines = text({ coordination: "kraft", brokers: 2, replicationFactor: 3, consumers: [] }, survey);
  expect(lines.split("\n").slice(-7)).toEqual([
    "replicas  9 copies of 3 partitions, 5 a broker",
    "lake      none, or nothing for it to read",
    "machine   Docker 28.1, 16 processors, 64.0 GB of memory: 3 % of it",
    "",
    "2 problems; npx pulumi up would change nothing:",
    "  - replicationFactor: found 3; it exceeds brokers (2); lower it or add brokers",
    "  - hostPort: found 9092; another program listens at port 9093 of 127.0.0.1, and the brokers need 9092 to 9093; end it, or choose another: npx pulumi config set hostPort 19092",
  ]);
});

it("without an engine the report says what was not checked", () => {
  const lines = text({}, { unreachable: "Cannot connect" }).split("\n");
  expect(lines).toContain("ports        127.0.0.1: 9092 brokers, 8080 dashboard (not checked)");
  expect(lines).toContain(
    "machine      unknown, no engine answers: images, ports and memory were not checked",
  );
  expect(lines.slice(-2)).toEqual([
    "1 problem; npx pulumi up would change nothing:",
    '  - Docker engine: found "Cannot connect"; start Docker, or set DOCKER_HOST to an engine that runs; `npm run doctor` reports what is missing',
  ]);
});

it("the JSON has the same for programs", () => {
  const survey = { ...ampleMachine, ports: portsOf({ taken: [9_092], held: [], freeFirst: 19_092 }) };
  const { stack, hostPorts, dashboardPort, machine, problems, kafka } = JSON.parse(
    reportJson(reportOf({}, survey)),
  ) as {
    [key: string]: unknown;
    kafka: { messagesPerSecond: number };
    problems: { path: string; found: unknown; message: string }[];
  };
  expect({ stack, hostPorts, dashboardPort, machine }).toEqual({
    stack: "lab",
    hostPorts: [9_092],
    dashboardPort: 8_080,
    machine: {
      version: "28.1",
      memoryBytes: 68_719_476_736,
      processors: 16,
      ports: { hostPort: { taken: [9_092], held: [], freeFirst: 19_092 } },
    },
  });
  expect(kafka.messagesPerSecond).toBe(9);
  expect(problems.map(({ path, found }) => [path, found])).toEqual([["hostPort", 9_092]]);
  expect(problems[0]?.message).toMatch(/^hostPort: found 9092; another program listens at port 9092/);
});
