import { expect, it } from "vitest";
import { retaining } from "./retaining";

const volume = (name: string) => ({
  urn: `urn:${name}`,
  type: "docker:index/volume:Volume",
  outputs: { name },
});
const container = { urn: "urn:c", type: "docker:index/container:Container", outputs: { name: "lake" } };
const state = (...resources: readonly object[]) => JSON.stringify({ version: 3, deployment: { resources } });

it("the retaining state marks the kept volumes and images, and nothing else", () => {
  const image = { urn: "urn:i", type: "docker:index/remoteImage:RemoteImage", outputs: { name: "apps:1" } };
  const exported = state(volume("lake"), volume("broker"), container, image);
  expect(JSON.parse(retaining(exported, new Set(["lake", "apps:1", "other"])) ?? "")).toEqual({
    version: 3,
    deployment: {
      resources: [
        { ...volume("lake"), retainOnDelete: true },
        volume("broker"),
        container,
        { ...image, retainOnDelete: true },
      ],
    },
  });
});

it.each([state(volume("broker"), container), "{}"])(
  "leaves a state as it is that has none of them: %s",
  (exported) => {
    expect(retaining(exported, new Set(["lake"]))).toBeUndefined();
  },
);
