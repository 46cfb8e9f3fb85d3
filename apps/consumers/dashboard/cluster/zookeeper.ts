import { createConnection } from "node:net";
import { connectionProblem } from "../../../shared/kafka";
import { messageOf, showDuration } from "../../../shared/text";
import type { Verdict } from "./node-watch";

const answerWithinMs = 2000;
const maxBytes = 65_536;

/**
 * Asks a member of a ZooKeeper ensemble how it does: `srvr` is the one of its four-letter words that all versions answer. A member
 * that is in no quorum answers, but serves nobody.
 */
export function askZookeeper(host: string, port: number): Promise<Verdict> {
  return new Promise((resolve) => {
    let answer = "";
    const end = (verdict: Verdict) => {
      socket.destroy();
      resolve(verdict);
    };
    const unreachable = (reason: string) => end({ condition: "unreachable", reason });
    const socket = createConnection({ host, port, signal: AbortSignal.timeout(answerWithinMs) });
    socket.setEncoding("utf8");
    socket.on("connect", () => socket.write("srvr"));
    socket.on("data", (text: string) => {
      answer += text;
      if (answer.length > maxBytes) unreachable("its answer is too long");
    });
    socket.on("end", () => end(verdictOf(answer)));
    socket.on("error", (error) =>
      unreachable(
        error.name === "AbortError"
          ? `no answer within ${showDuration(answerWithinMs)}`
          : connectionProblem(messageOf(error)),
      ),
    );
  });
}

/** What the answer to `srvr` says. */
export function verdictOf(answer: string): Verdict {
  if (/^Mode: /m.test(answer)) return { condition: "healthy" };
  const [line = ""] = answer.split("\n");
  return { condition: "sick", reason: line === "" ? "it answers nothing" : line.slice(0, 200) };
}
