import { containerName } from "../../../model/names";
import type { Repairs } from "../../../preflight/existing-stack";
import { labelOfStack, labelOfState } from "../names";

/**
 * The names of a stack's parts on the engine, and the commands of the Docker client that repair them.
 * @param mark the id of the stack's Pulumi state, which its volumes are marked with.
 */
export function dockerRepairs(stack: string, mark: string | undefined): Repairs {
  const nameOf = (name: string) => containerName(stack, name);
  const labels = [`${labelOfStack}=${stack}`, ...(mark === undefined ? [] : [`${labelOfState}=${mark}`])];
  const namesOf = (names: readonly string[]) => names.map(nameOf).join(" ");
  return {
    nameOf,
    createVolume: (volume) =>
      `docker volume create ${labels.map((label) => `--label ${label}`).join(" ")} ${nameOf(volume)}`,
    remove: (workloads, volumes) =>
      `docker rm -f ${namesOf(workloads)}; docker volume rm ${namesOf(volumes)}`,
  };
}
