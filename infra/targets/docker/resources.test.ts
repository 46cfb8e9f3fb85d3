import { describe, expect, it } from "vitest";
import { environmentLines } from "../../../contract/environment/variables";
import { contextHash } from "../../app-image/context";
import { planOf } from "../../testing/plan";
import { inputsOf, names, run, stashed } from "../../testing/program";
import { configContext } from "./prometheus";

const hardening = {
  capabilities: { drops: ["ALL"] },
  securityOpts: ["no-new-privileges:true"],
  logDriver: "json-file",
  logOpts: { "max-file": "3", "max-size": "10m" },
  networkMode: "kafka-iot-sim-dev-network",
};
const labels = (role: string) => [
  { label: "kafka-iot-sim.role", value: role },
  { label: "kafka-iot-sim.stack", value: "dev" },
  { label: "kafka-iot-sim.state", value: "the-state-id" },
];
const healthcheck = (tests: readonly string[]) => ({
  interval: "1.8s",
  retries: 15,
  startPeriod: "0s",
  tests,
  timeout: "5s",
});
const staysUp = (stopGraceSeconds: number) => ({
  restart: "unless-stopped",
  mustRun: true,
  wait: true,
  destroyGraceSeconds: stopGraceSeconds,
  stopTimeout: stopGraceSeconds,
});

describe("the Docker target", () => {
  it("makes a broker from its plan", async () => {
    await run({ devices: 0 });
    const { networkMode, ...hardened } = hardening;
    expect(inputsOf("broker-1")).toEqual({
      ...hardened,
      networksAdvanced: [{ name: networkMode, aliases: ["kafka"] }],
      ...staysUp(30),
      name: "kafka-iot-sim-dev-broker-1",
      image: "sha256:kafka-image",
      labels: labels("broker"),
      envs: [
        "KAFKA_ADVERTISED_LISTENERS=INTERNAL://kafka-iot-sim-dev-broker-1:29092,EXTERNAL://127.0.0.1:9092",
        "KAFKA_AUTO_CREATE_TOPICS_ENABLE=false",
        "KAFKA_BROKER_ID=1",
        "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS=0",
        "KAFKA_HEAP_OPTS=-Xms256m -Xmx384m",
        "KAFKA_INTER_BROKER_LISTENER_NAME=INTERNAL",
        "KAFKA_LEADER_IMBALANCE_CHECK_INTERVAL_SECONDS=30",
        "KAFKA_LISTENERS=INTERNAL://0.0.0.0:29092,EXTERNAL://0.0.0.0:9092",
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP=INTERNAL:PLAINTEXT,EXTERNAL:PLAINTEXT",
        "KAFKA_LOG_CLEANER_DEDUPE_BUFFER_SIZE=16777216",
        "KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS=3",
        "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR=1",
        "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR=1",
        "KAFKA_TRANSACTION_STATE_LOG_NUM_PARTITIONS=3",
        "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR=1",
        "KAFKA_UNCLEAN_LEADER_ELECTION_ENABLE=false",
        "KAFKA_ZOOKEEPER_CONNECT=kafka-iot-sim-dev-zookeeper-1:2181",
        "KAFKA_ZOOKEEPER_SESSION_TIMEOUT_MS=6000",
      ],
      ports: [{ external: 9_092, internal: 9_092, ip: "127.0.0.1", protocol: "tcp" }],
      volumes: [{ volumeName: "kafka-iot-sim-dev-broker-1-data", containerPath: "/var/lib/kafka/data" }],
      tmpfs: { "/etc/kafka/secrets": "rw,noexec,nosuid,size=1m" },
      user: "appuser",
      readOnly: false,
      memory: 896,
      memorySwap: 896,
      waitTimeout: 120,
      healthcheck: healthcheck(["CMD", "bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/29092"]),
    });
  });

  it("makes a ZooKeeper member from its plan", async () => {
    await run({ devices: 0 });
    expect(inputsOf("zookeeper-1")).toEqual({
      ...hardening,
      ...staysUp(30),
      name: "kafka-iot-sim-dev-zookeeper-1",
      image: "sha256:zookeeper-image",
      labels: labels("zookeeper"),
      envs: ["KAFKA_HEAP_OPTS=-Xms64m -Xmx128m", "ZOOKEEPER_CLIENT_PORT=2181", "ZOOKEEPER_TICK_TIME=2000"],
      volumes: [
        { volumeName: "kafka-iot-sim-dev-zookeeper-1-data", containerPath: "/var/lib/zookeeper/data" },
        { volumeName: "kafka-iot-sim-dev-zookeeper-1-log", containerPath: "/var/lib/zookeeper/log" },
      ],
      tmpfs: { "/etc/zookeeper/secrets": "rw,noexec,nosuid,size=1m" },
      user: "appuser",
      readOnly: false,
      memory: 384,
      memorySwap: 384,
      waitTimeout: 120,
      healthcheck: healthcheck([
        "CMD",
        "bash",
        "-c",
        "exec 3<>/dev/tcp/127.0.0.1/2181 && printf srvr >&3 && grep -q ^Mode: <&3",
      ]),
    });
  });

  const app = {
    image: "sha256:app-image",
    user: "node",
    readOnly: true,
    tmpfs: { "/tmp": "rw,noexec,nosuid,size=16m" },
  };
  const appIsHealthy = {
    waitTimeout: 90,
    healthcheck: healthcheck([
      "CMD",
      "timeout",
      "4",
      "bash",
      "-c",
      String.raw`exec 3<>/dev/tcp/127.0.0.1/9464 && printf 'GET /healthz HTTP/1.0\r\n\r\n' >&3 && read -r _ status _ <&3 && [ "$status" = 200 ]`,
    ]),
  };

  it("makes a device from its plan", async () => {
    await run({ devices: [{ name: "boiler", sensors: [{ name: "flame", interval: "5s" }] }] });
    expect(inputsOf("boiler")).toEqual({
      ...hardening,
      ...app,
      ...appIsHealthy,
      ...staysUp(15),
      name: "kafka-iot-sim-dev-boiler",
      labels: labels("device"),
      command: ["node", "/app/device.js"],
      envs: [
        "DEVICE_NAME=boiler",
        'DEVICE_SENSORS=[{"name":"flame","interval":5000,"model":{"type":"uniform","min":0,"max":1},"jitter":0,"faults":[]}]',
        "DEVICE_SHARES_TOPIC=false",
        "DEVICE_TOPIC=boiler",
        "FORCE_COLOR=1",
        "KAFKA_BOOTSTRAP_SERVERS=kafka:29092",
        "LOG_FORMAT=pretty",
        "MALLOC_ARENA_MAX=2",
        "METRICS_PORT=9464",
        "NODE_OPTIONS=--max-old-space-size=64 --max-semi-space-size=1 --v8-pool-size=1",
      ],
      memory: 128,
      memorySwap: 128,
    });
  });

  it("makes the lake from its plan, with its volume", async () => {
    await run({ devices: 1 });
    expect(inputsOf("lake")).toEqual({
      ...hardening,
      ...app,
      ...appIsHealthy,
      ...staysUp(30),
      name: "kafka-iot-sim-dev-lake",
      labels: labels("consumer"),
      command: ["node", "/app/lake.js"],
      envs: [
        "CONSUMER_GROUP=kafka-iot-sim-lake",
        "CONSUMER_NAME=lake",
        "CONSUMER_TOPICS=device-1",
        "FORCE_COLOR=1",
        "KAFKA_BOOTSTRAP_SERVERS=kafka:29092",
        "LAKE_CHECKPOINT_EVERY=10",
        "LAKE_COMPACT_AFTER_MS=120000",
        "LAKE_DEAD_LETTERS_PATH=/app/delta_lake/dead_letters",
        "LAKE_FLUSH_INTERVAL_MS=10000",
        "LAKE_FLUSH_ROWS=250000",
        "LAKE_ON_LOST_OFFSETS=stop",
        "LAKE_PLANNED_TOPICS=device-1",
        "LAKE_RETENTION_MS=604800000",
        "LAKE_TABLE_PATH=/app/delta_lake/bronze",
        "LOG_FORMAT=pretty",
        "MALLOC_ARENA_MAX=2",
        "METRICS_PORT=9464",
        "NODE_OPTIONS=--max-old-space-size=256 --max-semi-space-size=4 --v8-pool-size=1",
      ],
      volumes: [{ volumeName: "kafka-iot-sim-dev-lake", containerPath: "/app/delta_lake" }],
      memory: 512,
      memorySwap: 512,
    });
  });

  it("makes the dashboard from its plan: published on 127.0.0.1, the lake's volume read-only", async () => {
    await run({ devices: 1, dashboardPort: 18_080 });
    expect(inputsOf("dashboard")).toEqual({
      ...hardening,
      ...app,
      ...appIsHealthy,
      ...staysUp(10),
      name: "kafka-iot-sim-dev-dashboard",
      labels: labels("consumer"),
      command: ["node", "/app/dashboard.js"],
      envs: environmentLines(
        planOf({ devices: 1 }).consumers.find(({ name }) => name === "dashboard")?.environment ?? {},
      ),
      ports: [{ external: 18_080, internal: 8_080, ip: "127.0.0.1", protocol: "tcp" }],
      volumes: [{ volumeName: "kafka-iot-sim-dev-lake", containerPath: "/app/delta_lake", readOnly: true }],
      memory: 256,
      memorySwap: 256,
    });
  });

  it("makes Prometheus from its plan, with its configuration in an image and its data on a volume", async () => {
    const raw = { devices: 2, consumers: [{ type: "prometheus" }] };
    await run(raw);
    const plan = planOf(raw).prometheus;
    const hash = contextHash(configContext(plan?.files ?? []));
    expect(inputsOf("prometheus-image")).toEqual({ name: "prom/prometheus:v3.5.0", keepLocally: true });
    expect(inputsOf("prometheus-config-image")).toEqual({
      name: expect.stringMatching(`^kafka-iot-sim/prometheus-config:dev-${hash}-[0-9a-f]{12}$`) as string,
      build: {
        buildArgs: { BASE_IMAGE: "prom/prometheus:v3.5.0" },
        context: `dist/prometheus-image/${hash}`,
        dockerfile: "Dockerfile",
      },
    });
    expect(inputsOf("prometheus")).toEqual({
      ...hardening,
      ...staysUp(30),
      name: "kafka-iot-sim-dev-prometheus",
      image: "sha256:prometheus-config-image",
      labels: labels("consumer"),
      command: [
        "--config.file=/etc/prometheus/prometheus.yml",
        "--storage.tsdb.path=/prometheus",
        "--storage.tsdb.retention.time=6h",
      ],
      envs: [],
      ports: [{ external: 9_090, internal: 9_090, ip: "127.0.0.1", protocol: "tcp" }],
      volumes: [{ volumeName: "kafka-iot-sim-dev-prometheus-metrics", containerPath: "/prometheus" }],
      user: "nobody",
      readOnly: true,
      tmpfs: {},
      memory: 320,
      memorySwap: 320,
      waitTimeout: 90,
      healthcheck: healthcheck(["CMD", "/bin/promtool", "query", "instant", "http://localhost:9090", "1"]),
    });
    expect(names("volume:Volume")).toContain("prometheus-metrics");
  });

  it("builds an image with the files that devices replay, for these devices only", async () => {
    const device = (name: string, ...files: string[]) => ({
      name,
      sensors: [{ name: "s" }, ...files.map((file) => ({ name: file, model: { type: "replay", file } }))],
    });
    await run({
      devices: [device("x", "a.csv"), device("y", "b.csv", "a.csv"), device("z", "a.csv"), device("plain")],
    });
    const images = names("remoteImage:RemoteImage").filter((name) => name.startsWith("replay-image"));
    expect(images).toHaveLength(2);
    const imageOf = (name: string) => String(inputsOf(name)?.["image"]);
    expect([imageOf("x"), imageOf("y")].sort()).toEqual(images.map((image) => `sha256:${image}`));
    expect(imageOf("z")).toBe(imageOf("x"));
    expect(imageOf("plain")).toBe("sha256:app-image");
    const image = imageOf("x").replace("sha256:", "");
    const hash = image.replace("replay-image-", "");
    expect(inputsOf(image)).toEqual({
      name: `kafka-iot-sim/replay:dev-${hash}-cc17de769202`,
      build: {
        buildArgs: { BASE_IMAGE: "kafka-iot-sim/apps:dev-0123456789ab" },
        context: `dist/replay-image/${hash}`,
        dockerfile: "Dockerfile",
      },
    });
  });

  it("makes topic-init a job that runs to its end", async () => {
    await run({ devices: 1 });
    expect(inputsOf("topic-init")).toEqual({
      ...hardening,
      ...app,
      name: "kafka-iot-sim-dev-topic-init",
      labels: labels("topic-init"),
      command: ["node", "/app/topic-init.js"],
      envs: [
        "KAFKA_BOOTSTRAP_SERVERS=kafka:29092",
        "LOG_FORMAT=pretty",
        "TOPIC_INIT_BROKERS=1",
        expect.stringMatching(
          /^TOPIC_INIT_INTERNAL_TOPICS=\[{"name":"__consumer_offsets",.*__transaction_state/,
        ),
        'TOPIC_INIT_TOPICS=[{"names":["device-1"],"partitions":1,"replicationFactor":1,"minInsyncReplicas":1,"config":{}}]',
      ],
      restart: "no",
      mustRun: false,
      attach: true,
      logs: true,
      memory: 192,
      memorySwap: 192,
    });
  });

  it("runs the job that waits for a broker again whenever the broker has another container", async () => {
    await run({ brokers: 2, devices: 0 });
    expect(inputsOf("broker-2-sync")).toEqual({
      ...hardening,
      ...app,
      name: "kafka-iot-sim-dev-broker-2-sync",
      labels: labels("broker-sync"),
      command: ["node", "/app/broker-sync.js"],
      envs: [
        "BROKER_SYNC_BROKERS=2",
        "BROKER_SYNC_CONTAINER=broker-2-id",
        "BROKER_SYNC_ID=2",
        "KAFKA_BOOTSTRAP_SERVERS=kafka:29092",
        "LOG_FORMAT=pretty",
      ],
      restart: "no",
      mustRun: false,
      attach: true,
      logs: true,
      memory: 128,
      memorySwap: 128,
    });
  });

  it("gives every node of a KRaft cluster the stack's own id, and has no ZooKeeper", async () => {
    await run({ brokers: 4, devices: 0, coordination: "kraft" });
    expect(
      names("container:Container").filter((name) => /^(zookeeper|controller|broker-\d$)/.test(name)),
    ).toEqual([
      ...[1, 2, 3, 4].map((id) => `broker-${id}`),
      ...[1, 2, 3].map((number) => `controller-${number}`),
    ]);
    expect(names("remoteImage:RemoteImage")).toEqual(["app-image", "kafka-image", "node-image"]);
    for (const node of ["broker-4", "controller-1"])
      expect(inputsOf(node)?.["envs"]).toContain("CLUSTER_ID=the-cluster-id");
    expect(inputsOf("controller-1")).toMatchObject({
      hostname: "kafka-iot-sim-dev-controller-1",
      labels: labels("controller"),
      memory: 768,
      healthcheck: healthcheck(["CMD", "bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/9093"]),
      volumes: [{ volumeName: "kafka-iot-sim-dev-controller-1-data", containerPath: "/var/lib/kafka/data" }],
    });
    expect(inputsOf("controller-1")).not.toHaveProperty("ports");
  });

  it("builds the app image from the configured base image", async () => {
    await run({ devices: 0, images: { node: "example/node:1" } });
    expect(inputsOf("app-image")).toEqual({
      name: "kafka-iot-sim/apps:dev-0123456789ab",
      build: {
        buildArgs: { BASE_IMAGE: "example/node:1" },
        context: "dist/app-image",
        dockerfile: "Dockerfile",
      },
      triggers: { baseImage: "sha256:node-image" },
    });
  });

  it("marks network and volumes with the state's id, and records in the state what the stack has", async () => {
    await run({ brokers: 3, zookeepers: 3 });
    const marked = [
      { label: "kafka-iot-sim.stack", value: "dev" },
      { label: "kafka-iot-sim.state", value: "the-state-id" },
    ];
    for (const name of ["network", ...names("volume:Volume")])
      expect([name, inputsOf(name)?.["labels"]]).toEqual([name, marked]);
    expect(stashed.get("state-id")).toMatch(/^state-[0-9a-f]{16}$/);
    expect(stashed.get("made")).toEqual({
      coordination: "zookeeper",
      zookeepers: 3,
      controllers: 0,
      volumes: [
        ...["zookeeper-1", "zookeeper-2", "zookeeper-3"].flatMap((what) => [`${what}-data`, `${what}-log`]),
        ...["broker-1", "broker-2", "broker-3"].map((what) => `${what}-data`),
        "lake",
      ].map((what) => `kafka-iot-sim-dev-${what}`),
    });
  });
});
