import { expect, it } from "vitest";
import { readStackConfig } from "../../infra/config/parse";
import { noFiles } from "../../infra/testing/config";
import { planStack } from "../../infra/plan/stack";
import { dockerAddresses } from "../../infra/targets/docker/names";
import { machineProblems } from "../../infra/targets/docker/preflight/problems";
import { dockerFailure, engineHint, isNotAllowed, notAllowed } from "./docker-failure.mjs";
import { enginePart } from "./engine.mjs";
import { byHandOf, impossible } from "./part.mjs";

// As Docker's client 20.10 and 28 write it.
const closed = [
  "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: " +
    'Get "http://%2Fvar%2Frun%2Fdocker.sock/v1.50/version": dial unix /var/run/docker.sock: connect: permission denied',
  "Got permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: connect: permission denied",
  "permission denied while trying to connect to the docker API at unix:///var/run/docker.sock",
];
const down =
  "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?";

it.each(closed)("a socket that is closed to this user is reported with what to do: %s", (complaint) => {
  expect(isNotAllowed(complaint)).toBe(true);
  expect(engineHint(complaint)).toBe(notAllowed);
  expect(dockerFailure("ps", complaint)).toBe(
    `docker ps: ${complaint}\nThe Docker engine runs, but ${notAllowed}.`,
  );
});

it("warnings of the client are no reason", () => {
  const complaint = `WARNING: Error loading config file: open config.json: permission denied\n${closed[0]}`;
  expect(dockerFailure("ps", complaint)).toContain(`docker ps: ${closed[0]}\n`);
});

it("an engine that does not run is reported with what to do", () => {
  expect(dockerFailure("ps", down)).toBe(
    `docker ps: ${down}\nThe Docker engine does not answer: start it first; \`npm run doctor\` reports what is missing.`,
  );
});

it("other failures are reported as they are", () => {
  expect(isNotAllowed("open /root/file: permission denied")).toBe(false);
  expect(dockerFailure("logs", "Error: No such container: x\n")).toBe(
    "docker logs: Error: No such container: x",
  );
  expect(dockerFailure("ps", "")).toBe("docker ps: no answer");
});

it("a user without rights on an engine is not asked to install one", () => {
  expect(impossible(enginePart, [notAllowed]).message).toBe(
    `Docker engine (running) cannot be had: ${notAllowed}`,
  );
  expect(byHandOf(enginePart, ["DOCKER_HOST is tcp://x, which does not answer"])).toMatch(
    /^Start the engine there/,
  );
  expect(byHandOf(enginePart, ["there is no dockerd"])).toMatch(/^Install Docker Engine/);
});

it("the program says the same as the tools", () => {
  const config = readStackConfig("dev", {}, noFiles);
  const [problem] = machineProblems(planStack(config.spec, dockerAddresses), config, {
    unreachable: closed[0] ?? "",
  });
  expect(problem?.remedy).toBe(notAllowed);
});
