import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { environmentLines } from "../../../contract/environment/variables";
import { longRunningContainer } from "./container";
import type { Owner } from "./labels";
import { type Conditions, inRollingOrder } from "./rolling";
import { stackVolume } from "./volume";
import { memoryLimitsMegabytes } from "../../plan/memory";
import { zookeeperServiceName } from "../../model/names";
import { clientPort, type ZookeeperPlan } from "../../plan/zookeepers";

/** The ZooKeeper ensemble; its members are healthy once they have a leader. A change rolls through those that run. */
export class ZookeeperEnsemble extends pulumi.ComponentResource {
  readonly members: readonly docker.Container[];

  constructor(
    name: string,
    args: Owner & {
      readonly zookeepers: readonly ZookeeperPlan[];
      readonly image: pulumi.Input<string>;
      readonly network: pulumi.Input<string>;
      readonly conditions: Conditions;
    },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("kafka-iot-sim:zookeeper:ZookeeperEnsemble", name, {}, opts);
    const { stack, mark, image, network } = args;
    this.members = inRollingOrder(args.zookeepers, args.conditions, (plan, after) => {
      const what = zookeeperServiceName(plan.id);
      const volume = (kind: string, volumeName: string) =>
        stackVolume(`${what}-${kind}`, { stack, mark, volume: volumeName }, { parent: this }).name;
      const member = longRunningContainer(
        what,
        {
          stack,
          mark,
          role: "zookeeper",
          container: plan.container,
          image,
          network,
          user: "appuser",
          environment: environmentLines(plan.environment),
          memoryMegabytes: memoryLimitsMegabytes.zookeeper,
          // The image writes its configuration at start, to places that its documentation does not fix.
          readOnlyRoot: false,
          // Anything that the image declares as a volume and nothing is mounted over would stay behind as a nameless one.
          tmpfs: { "/etc/zookeeper/secrets": "rw,noexec,nosuid,size=1m" },
          volumes: [
            { volume: volume("data", plan.dataVolume), path: "/var/lib/zookeeper/data" },
            { volume: volume("log", plan.logVolume), path: "/var/lib/zookeeper/log" },
          ],
          healthcheck: { test: zookeeperServes, startTimeoutSeconds: 120 },
          stopGraceSeconds: 30,
        },
        { parent: this, dependsOn: [...after] },
      );
      return { made: member, settled: member };
    });
    this.registerOutputs({ containers: this.members.map((member) => member.name) });
  }
}

/** A member without a leader answers `srvr` with a sentence that has no `Mode:` in it. `ruok` is not whitelisted. */
const zookeeperServes = [
  "CMD",
  "bash",
  "-c",
  `exec 3<>/dev/tcp/127.0.0.1/${clientPort} && printf srvr >&3 && grep -q ^Mode: <&3`,
];
