const removedByName = new Set(["docker:index/volume:Volume", "docker:index/remoteImage:RemoteImage"]);

interface Resource {
  readonly type: string;
  readonly outputs?: { readonly name?: unknown };
}

/**
 * A state that keeps some resources when it is destroyed: volumes and images. Pulumi removes those by name, even if another state has made
 * the one that has the name now.
 * @param exported output of `pulumi stack export`.
 * @returns undefined if the state has none of these names.
 */
export function retaining(exported: string, names: ReadonlySet<string>): string | undefined {
  const state = JSON.parse(exported) as { deployment?: { resources?: Resource[] } };
  const resources = state.deployment?.resources ?? [];
  const isKept = ({ type, outputs }: Resource) =>
    removedByName.has(type) && typeof outputs?.name === "string" && names.has(outputs.name);
  if (!resources.some(isKept)) return undefined;
  const changed = resources.map((each) => (isKept(each) ? { ...each, retainOnDelete: true } : each));
  return JSON.stringify({ ...state, deployment: { ...state.deployment, resources: changed } });
}
