import { describe, expect, it } from "vitest";
import { problemsWith } from "../../testing/config";

describe("a consumer that is published on the host", () => {
  it("cannot appear twice", () => {
    expect(problemsWith({ consumers: [{ type: "dashboard" }, { type: "prometheus" }] })).toEqual([]);
    expect(
      problemsWith({
        consumers: [{ type: "dashboard" }, { type: "lake" }, { type: "dashboard", name: "other" }],
      }),
    ).toEqual([
      'consumers[2]: found {"type":"dashboard","name":"other"}; remove it: a stack has only one dashboard, which is published at dashboardPort; consumers[0] is already one',
    ]);
  });

  it("is reported once if the names are the same too", () => {
    expect(problemsWith({ consumers: [{ type: "prometheus" }, { type: "prometheus" }] })).toEqual([
      'consumers[1]: found {"type":"prometheus"}; remove it: a stack has only one prometheus, which is published at prometheusPort; consumers[0] is already one',
    ]);
    expect(problemsWith({ consumers: [{ type: "console" }, { type: "console" }] })).toEqual([
      'consumers[1].name: found "console"; give it a name of its own; consumers[0] has this one',
    ]);
  });

  it("cannot have replicas", () => {
    expect(problemsWith({ consumers: [{ type: "dashboard", replicas: 2 }] })).toEqual([
      "consumers[0].replicas: found 2; remove it: a dashboard is one container, which is published at dashboardPort",
    ]);
  });
});

describe("ports of the host", () => {
  const consumers = [{ type: "dashboard" }, { type: "prometheus" }];

  it.each([
    [
      { hostPort: 8_080 },
      "dashboardPort: found 8080; set it to another port than 8080, which the brokers have (hostPort: 8080)",
    ],
    [
      { brokers: 3, hostPort: 9_088 },
      "prometheusPort: found 9090; set it to another port than 9090, which the brokers have (hostPort: 9088 to 9090)",
    ],
    [
      { prometheusPort: 8_080 },
      "prometheusPort: found 8080; set it to another port than 8080, which dashboardPort has",
    ],
  ])("cannot belong to two containers: %j", (raw, problem) => {
    expect(problemsWith({ ...raw, consumers })).toEqual([problem]);
    // Nobody needs a port that is not published.
    expect(problemsWith({ ...raw, consumers: [] })).toEqual([]);
  });

  it.each(["dashboardPort", "prometheusPort"])("must be whole numbers: %s", (key) => {
    expect(problemsWith({ [key]: 0 })).toEqual([`${key}: found 0; write a whole number from 1 to 65535`]);
    expect(problemsWith({ [key]: 65_535, consumers })).toEqual([]);
  });
});
