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
import { AppMetrics, collectProcessMetrics } from "./metrics/app-metrics";
import { delay } from "./shutdown";
import { jsonAnswer, type StatusRoute, StatusServer } from "./status-server";
import { messageOf } from "./text";

/** Everything that {@link runApp} gives to an app. */
export interface AppContext<Settings> {
  readonly settings: Settings;
  readonly logger: Logger;
  /** The settings of the logger, for threads that make their own. */
  readonly log: Pick<Required<LoggerOptions>, "format" | "level" | "colours">;
  /** Aborts when the app must stop. It then has its grace time to finish and return. */
  readonly signal: AbortSignal;
  readonly health: Pick<Health, "healthy" | "waitFor" | "check">;
  /** The metrics that the app exports. */
  readonly metrics: AppMetrics;
  /** Adds a path to the status server, besides `/metrics` and `/healthz`. */
  readonly route: (path: string, route: StatusRoute) => void;
  /** Colours for output besides the log. */
  readonly colours: Colours;
}

/** An expected failure, such as a mistake of the user. Its message says everything, so its stack is never shown. */
export class AppError extends Error {
  override readonly name: string = "AppError";
}

const exitCodes = { done: 0, failed: 1, badEnvironment: 2 } as const;

const flushTimeoutMs = 2000;
/** A failed app still reports its health for so long: the dashboard asks every second, and a restarted container knows no failure. */
const reportsFailureForMs = 2500;
const longestTimerMs = 2 ** 31 - 1;
/** Ctrl-C may arrive twice: from the terminal, and from a parent process that passes it on. */
const sameSignalWithinMs = 500;

/**
 * Runs an app of the image from start to exit. It reads the environment, stops the app on SIGTERM and SIGINT (a second signal stops it at
 * once), and turns every failure into log lines and an exit code.
 */
export function runApp<Schema extends z.ZodObject<(typeof CommonEnvironment)["shape"]>>(
  app: string,
  schema: Schema,
  main: (context: AppContext<z.output<Schema>>) => Promise<void>,
): void {
  // The reader of our output may go away. That is no failure.
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

  const logFailure = (error: unknown) => {
    for (const line of messageOf(error).split("\n")) logger.error(line);
    const showsStack = level === "debug" && error instanceof Error && !(error instanceof AppError);
    if (showsStack && error.stack) process.stderr.write(`${error.stack}\n`);
  };
  const fail = (error: unknown) => {
    logFailure(error);
    return exit(exitCodes.failed);
  };
  process.on("uncaughtException", (error) => void fail(error));
  process.on("unhandledRejection", (reason) => void fail(reason));

  const stop = new AbortController();
  let stoppedMs = 0;
  const onSignal = (name: NodeJS.Signals, code: number) => () => {
    if (stop.signal.aborted) {
      if (performance.now() - stoppedMs < sameSignalWithinMs) return;
      logger.warn(`${name} again: stopping at once`);
      void exit(code);
      return;
    }
    logger.info(`${name}: stopping`);
    stoppedMs = performance.now();
    stop.abort();
  };
  process.on("SIGTERM", onSignal("SIGTERM", 143));
  process.on("SIGINT", onSignal("SIGINT", 130));

  // Without a timer, a process that only waits for a signal would exit as if it were done: nothing keeps its event loop alive.
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
      logFailure(error);
      health.failed(`it has ended: ${messageOf(error).split("\n", 1)[0] ?? ""}`);
      if (status.isListening) await delay(reportsFailureForMs, stop.signal);
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

/** Exits once all output is flushed: `process.exit` would lose what a full pipe has not accepted yet. */
async function exit(code: number): Promise<never> {
  const flushed = Promise.all(
    [process.stdout, process.stderr].map(
      (stream) => new Promise<void>((resolve) => stream.write("", () => resolve())),
    ),
  );
  await Promise.race([flushed, new Promise((resolve) => setTimeout(resolve, flushTimeoutMs))]);
  process.exit(code);
}
