import { paths, type StateFrame } from "../../contract/frames/frames";
import { dashboardContainerPort } from "../../contract/ports";
import { docker } from "../lake/docker";
import { messageOf } from "../setup/errors.mjs";

/** Who tells what there is to see of a stack. */
export interface StateSource {
  /** What it sees now. Fails with a reason in one line. */
  latest(): Promise<StateFrame>;
  close(): Promise<void>;
}

const answerWithinMs = 5_000;

/** Where a stack's dashboard is published on this machine; undefined if it has none that runs. */
export async function dashboardAddress(stack: string): Promise<string | undefined> {
  const filters = [
    "--filter",
    `label=kafka-iot-sim.stack=${stack}`,
    "--filter",
    "label=kafka-iot-sim.role=consumer",
  ];
  const ports = (await docker(["ps", ...filters, "--format", "{{.Ports}}"])).toString("utf8");
  const port = new RegExp(`127\\.0\\.0\\.1:(\\d+)->${dashboardContainerPort}/tcp`).exec(ports)?.[1];
  return port === undefined ? undefined : `http://127.0.0.1:${port}`;
}

/** Asks a dashboard. */
export function dashboardSource(address: string): StateSource {
  return {
    async latest() {
      try {
        const response = await fetch(`${address}${paths.state}`, {
          signal: AbortSignal.timeout(answerWithinMs),
        });
        if (!response.ok) throw new Error(`it answers with status ${response.status}`);
        return (await response.json()) as StateFrame;
      } catch (error) {
        throw new Error(`the dashboard at ${address} does not answer (${causeOf(error)})`, { cause: error });
      }
    },
    close: () => Promise.resolve(),
  };
}

/** What is wrong with a connection is the cause of what `fetch` throws. */
function causeOf(error: unknown): string {
  return messageOf(error instanceof Error && error.cause !== undefined ? error.cause : error);
}
