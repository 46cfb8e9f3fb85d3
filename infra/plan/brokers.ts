import { BrokerSyncEnvironment } from "../../contract/environment/broker-sync";
import { encodeEnvironment } from "../../contract/environment/variables";
import { brokerPort, controllerPort } from "../../contract/ports";
import { brokerServiceName, brokerSyncServiceName } from "../model/names";
import type { StackSpec } from "../model/spec";
import { appDefaults, appJob, brokersSharedName } from "./apps";
import {
  type Coordination,
  type HostOf,
  kraftCommand,
  kraftLateEnvironment,
  quorumVariables,
} from "./coordination";
import { heapOptions, kafkaNode, nodeVariables } from "./kafka-node";
import type { Variables, Workload } from "./workload";

/** A Kafka broker. */
export interface BrokerPlan extends Workload {
  readonly id: number;
  /** Where programs on the user's machine reach it, as `host:port`. */
  readonly externalAddress: string;
  /** The port of that address. */
  readonly hostPort: number;
}

/** The fields of a stack's specification that decide its brokers. */
export type BrokersSpec = Pick<StackSpec, "brokers" | "hostPort" | "kafka">;

/** Where each broker takes clients of the user's machine, inside its container. */
const externalPort = 9_092;

/** Plans the brokers of a stack. */
export function planBrokers(spec: BrokersSpec, coordination: Coordination, hostOf: HostOf): BrokerPlan[] {
  const { heapMegabytes, properties } = spec.kafka;
  const kraft = coordination.kind === "kraft";
  return Array.from({ length: spec.brokers }, (_, index): BrokerPlan => {
    const id = index + 1;
    const name = brokerServiceName(id);
    const hostPort = spec.hostPort + index;
    const externalAddress = `127.0.0.1:${hostPort}`;
    return {
      ...kafkaNode({ name, heapMegabytes, readyPort: brokerPort }),
      id,
      role: "broker",
      externalAddress,
      hostPort,
      environment: {
        ...nodeVariables(properties),
        ...listenerVariables(hostOf(name), externalAddress, coordination),
        ...coordinationVariables(id, coordination),
        KAFKA_HEAP_OPTS: heapOptions(heapMegabytes),
      },
      ...(kraft && {
        command: kraftCommand(coordination.quorum, id),
        lateEnvironment: kraftLateEnvironment,
      }),
      ports: [
        { name: "internal", port: brokerPort },
        { name: "external", port: externalPort, hostPort },
        ...(isController(coordination) ? [{ name: "controller", port: controllerPort }] : []),
      ],
      sharedName: brokersSharedName,
      after: (kraft ? coordination.controllers : coordination.zookeepers).map((each) => each.name),
    };
  });
}

/** Whether brokers are the controllers of a KRaft cluster too. */
function isController(coordination: Coordination): boolean {
  return coordination.kind === "kraft" && coordination.quorum.combined;
}

/**
 * Clients are sent on to the address that a listener advertises, so they must be able to reach it: workloads of the stack the broker's
 * host name, programs on the user's machine the published port.
 */
function listenerVariables(host: string, externalAddress: string, coordination: Coordination): Variables {
  const controls = isController(coordination);
  const list = (...listeners: (string | false)[]) => listeners.filter((each) => each !== false).join(",");
  return {
    KAFKA_ADVERTISED_LISTENERS: list(
      `INTERNAL://${host}:${brokerPort}`,
      `EXTERNAL://${externalAddress}`,
      controls && `CONTROLLER://${host}:${controllerPort}`,
    ),
    KAFKA_LISTENERS: list(
      `INTERNAL://0.0.0.0:${brokerPort}`,
      `EXTERNAL://0.0.0.0:${externalPort}`,
      controls && `CONTROLLER://0.0.0.0:${controllerPort}`,
    ),
    KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: list(
      "INTERNAL:PLAINTEXT",
      "EXTERNAL:PLAINTEXT",
      coordination.kind === "kraft" && "CONTROLLER:PLAINTEXT",
    ),
    KAFKA_INTER_BROKER_LISTENER_NAME: "INTERNAL",
  };
}

function coordinationVariables(id: number, coordination: Coordination): Variables {
  if (coordination.kind === "zookeeper") {
    return {
      KAFKA_BROKER_ID: String(id),
      KAFKA_ZOOKEEPER_CONNECT: coordination.zookeepers.map(({ address }) => address).join(","),
      // A broker that was killed cannot come back before its old session has ended (NodeExists).
      KAFKA_ZOOKEEPER_SESSION_TIMEOUT_MS: "6000",
    };
  }
  return {
    ...quorumVariables(coordination.quorum, id),
    KAFKA_PROCESS_ROLES: coordination.quorum.combined ? "broker,controller" : "broker",
  };
}

/** The job that waits until a new instance of a broker is in sync, before another broker may be replaced. */
export interface BrokerSyncPlan extends Workload {
  readonly brokerId: number;
}

/** The variables whose values the plan knows. */
const PlannedSyncEnvironment = BrokerSyncEnvironment.omit({ BROKER_SYNC_CONTAINER: true });

/** Plans such a job for each broker, in their order; none for a single broker, which no other waits for. */
export function planBrokerSyncs(brokers: readonly BrokerPlan[]): BrokerSyncPlan[] {
  if (brokers.length === 1) return [];
  return brokers.map(({ id, name }) => ({
    ...appJob("broker-sync"),
    name: brokerSyncServiceName(id),
    role: "broker-sync",
    brokerId: id,
    environment: encodeEnvironment(PlannedSyncEnvironment, {
      ...appDefaults,
      BROKER_SYNC_ID: id,
      BROKER_SYNC_BROKERS: brokers.length,
    }),
    // Another instance of the broker is another environment, so that the job runs again.
    lateEnvironment: { BROKER_SYNC_CONTAINER: { kind: "instance-id", of: name } },
    memoryMegabytes: 128,
    after: [name],
  }));
}
