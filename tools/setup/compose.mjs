import { aptInstall } from "./apt.mjs";
import { capture } from "./process.mjs";

/** docker-compose, for the benchmark that compares a cluster with one of a compose file. @type {import("./part.mjs").Part} */
export const composePart = {
  name: "docker-compose",
  needed: "1.29 or newer",
  look: async (machine) => {
    if (machine.command("docker-compose") === undefined) return { there: false, found: "none" };
    const { code, stdout } = await capture("docker-compose", ["version", "--short"]);
    return { there: code === 0, found: stdout.trim() };
  },
  ways: [
    {
      what: "installing docker-compose with apt-get",
      obstacle: (machine) => machine.obstacleToApt(),
      make: (machine) => aptInstall(machine, ["docker-compose"]),
    },
  ],
  byHand: "Install docker-compose (https://docs.docker.com/compose/install/), and run this again.",
};
