import type { z } from "zod";
import { type Colours, coloursFor, wantsColours } from "./colours";
import {
  type CommonEnvironment,
  EnvironmentError,
  parseEnvironment,
} from "../../contract/environment/variables";
import { healthPath, metrics as contract, metricsPath } from "../../contract/metrics";
import { Health } from "./health";
import { createLogger, type Logger, type LoggerOptions, type LogLevel } from "./logger";
import { AppMetrics } from "./metrics/app-metrics";
import { collectProcessMetrics } from "./metrics/process-metrics";
import { delay } from "./shutdown";
import { jsonAnswer, type StatusRoute, StatusServer } from "./status-server";
import { messageOf } from "./text";

/** What an app is given to run with. */
export interface AppContext<Settings> {
  readonly settings: Settings;
  readonly logger: Logger;
  /** How the logger writes, for threads that make one of their own. */
  readonly log: Pick<Required<LoggerOptions>, "format" | "level" | "colours">;
  /** Aborts when the app is to end: it then has its grace time to finish and return. */
  readonly signal: AbortSignal;
  readonly health: Pick<Health, "healthy" | "waitFor" | "check">;
  /** What the app tells of itself in numbers. */
  readonly metrics: AppMetrics;
  /** Answers another path beside `/metrics` and `/healthz`. */
  readonly route: (path: string, route: StatusRoute) => void;
  /** Paints what is printed beside the log, where a person looks at it. */
  readonly colours: Colours;
}

/** Something that went wrong and was foreseen: its message says all, a stack would say no more. */
export class AppError extends Error {
  override readonly name: string = "AppError";
}

const exitCodes = { done: 0, failed: 1, badEnvironment: 2 } as const;

const flushTimeoutMs = 2000;
/** Whoever looks each second is told why an app ends, before its container starts again and knows nothing of it. */
const tellsFailureForMs = 2500;
const longestTimerMs = 2 ** 31 - 1;
/** Ctrl-C in a terminal may come twice: from the terminal, and from a parent that passes it on. */
const sameSignalWithinMs = 500;

/**
 * Runs an app of the image from start to exit: reads its environment, ends it on SIGTERM and SIGINT (the second one
 * ends it at once), and turns whatever goes wrong into one line and an exit code.
 */
export function runApp<Schema extends z.ZodObject<(typeof CommonEnvironment)["shape"]>>(
  app: string,
  schema: Schema,
  main: (context: AppContext<z.output<Schema>>) => Promise<void>,
): void {
  // Whoever read our output may go away; that is no reason to fall over.
  process.stdout.on("error", () => {});
  process.stderr.on("error", () => {});

  let settings: z.output<Schema>;
  try {
    settings = parseEnvironment(schema, process.env);
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    process.stderr.write(`${app}: ${error.message}\n`);
    void exit(exitCodes.badEnvironment);
    return;
  }

  const { LOG_FORMAT, LOG_LEVEL, METRICS_PORT } = settings as CommonEnvironment;
  const level: LogLevel = process.env["DEBUG"] ? "debug" : (LOG_LEVEL ?? "info");
  const coloured = LOG_FORMAT === "pretty" && wantsColours(process.env, process.stdout.isTTY);
  const log = { format: LOG_FORMAT, level, colours: coloured };
  const logger = createLogger({
    app,
    ...log,
    write: (line, of) => (of === "error" ? process.stderr : process.stdout).write(line),
  });

  const tell = (error: unknown) => {
    for (const line of messageOf(error).split("\n")) logger.error(line);
    if (level === "debug" && error instanceof Error && error.stack) process.stderr.write(`${error.stack}\n`);
  };
  const fail = (error: unknown) => {
    tell(error);
    return exit(exitCodes.failed);
  };
  process.on("uncaughtException", (error) => void fail(error));
  process.on("unhandledRejection", (reason) => void fail(reason));

  const stop = new AbortController();
  let stoppedMs = 0;
  const onSignal = (name: NodeJS.Signals, code: number) => () => {
    if (stop.signal.aborted) {
      if (performance.now() - stoppedMs < sameSignalWithinMs) return;
      logger.warn(`${name} again: ending at once`);
      void exit(code);
      return;
    }
    logger.info(`${name}: ending`);
    stoppedMs = performance.now();
    stop.abort();
  };
  process.on("SIGTERM", onSignal("SIGTERM", 143));
  process.on("SIGINT", onSignal("SIGINT", 130));

  // A process that only waits for a signal has nothing to live for: without a timer it would end, as if it were done.
  setInterval(() => {}, longestTimerMs);
  const health = new Health();
  const metrics = new AppMetrics();
  metrics.gauge(contract.healthy, () => (health.report().status === "healthy" ? 1 : 0));
  const status = statusServer(health, metrics);
  const run = async () => {
    if (METRICS_PORT !== undefined) {
      collectProcessMetrics(metrics.registry);
      logger.debug(`${metricsPath} and ${healthPath} are on port ${await status.listen(METRICS_PORT)}`);
    }
    await main({
      settings,
      logger,
      log,
      signal: stop.signal,
      health,
      metrics,
      route: (path, route) => status.route(path, route),
      colours: coloursFor(coloured),
    });
  };
  run().then(
    () => exit(exitCodes.done),
    async (error: unknown) => {
      tell(error);
      health.failed(`it has ended: ${messageOf(error).split("\n", 1)[0] ?? ""}`);
      if (status.isListening) await delay(tellsFailureForMs, stop.signal);
      return exit(exitCodes.failed);
    },
  );
}

function statusServer(health: Health, metrics: AppMetrics): StatusServer {
  const server = new StatusServer();
  server.route(metricsPath, async () => ({
    contentType: metrics.registry.contentType,
    body: await metrics.text(),
  }));
  server.route(healthPath, () => {
    const report = health.report();
    return jsonAnswer(report, report.status === "healthy" ? 200 : 503);
  });
  return server;
}

/** Ends the process once what was written has left it: a full pipe takes writes later than `process.exit` ends. */
async function exit(code: number): Promise<never> {
  const flushed = Promise.all(
    [process.stdout, process.stderr].map(
      (stream) => new Promise<void>((resolve) => stream.write("", () => resolve())),
    ),
  );
  await Promise.race([flushed, new Promise((resolve) => setTimeout(resolve, flushTimeoutMs))]);
  process.exit(code);
}
