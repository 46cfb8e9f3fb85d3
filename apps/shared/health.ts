import { rmSync, writeFileSync } from "node:fs";
import { messageOf } from "./text";
import type { Logger } from "./logger";

const touchEveryMs = 1000;

/** What an app says about itself to its container's healthcheck. */
export interface Health {
  /** From now on the app does its work. */
  healthy(): void;
  /** From now on it does not. */
  unhealthy(): void;
  stop(): void;
}

/**
 * Touches a file every second for as long as the app says that it is healthy; the healthcheck looks at the file's age.
 * A file of an earlier life is removed, so that a restarted container is not healthy by its past.
 */
export function createHealth(file: string | undefined, logger: Logger): Health {
  if (file === undefined) return { healthy: () => {}, unhealthy: () => {}, stop: () => {} };
  let timer: NodeJS.Timeout | undefined;
  let complained = false;
  const attempt = (work: () => void) => {
    try {
      work();
      complained = false;
    } catch (error) {
      if (!complained) logger.warn("the health file cannot be written", { file, reason: messageOf(error) });
      complained = true;
    }
  };
  const touch = () => attempt(() => writeFileSync(file, `${new Date().toISOString()}\n`));
  const stop = () => {
    clearInterval(timer);
    timer = undefined;
  };
  attempt(() => rmSync(file, { force: true }));
  return {
    healthy() {
      if (timer !== undefined) return;
      touch();
      timer = setInterval(touch, touchEveryMs).unref();
    },
    unhealthy: stop,
    stop,
  };
}
