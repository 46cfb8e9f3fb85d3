import { join } from "node:path";
import { DashboardEnvironment } from "../../../contract/environment/dashboard";
import { createKafka } from "../../shared/kafka";
import { type AppContext, AppError, runApp } from "../../shared/run-app";
import { aborted } from "../../shared/shutdown";
import { print } from "../../shared/stdout";
import { messageOf } from "../../shared/text";
import { exportStackMetrics } from "./own-metrics";
import { eventText, Hub } from "./server/hub";
import { readPageFiles } from "./server/page-files";
import { dashboardServer, type StreamQuery } from "./server/server";
import { StackView } from "./stack-view";
import { StackWatch } from "./stack-watch";

const printEveryMs = 1_000;
/** The built page in the image, beside this program. */
const pageDirectory = join(__dirname, "page");

runApp("dashboard", DashboardEnvironment, async (context) => {
  const { settings, logger, signal } = context;
  const ending = new AbortController();
  const kafka = createKafka({
    bootstrapServers: settings.KAFKA_BOOTSTRAP_SERVERS,
    clientId: settings.CONSUMER_NAME,
    logger,
  });
  const watch = new StackWatch({
    settings,
    kafka,
    logger,
    signal: AbortSignal.any([signal, ending.signal]),
  });
  const view = new StackView(watch);
  context.health.check(() => watch.ownComplaint);
  const watching = watch.run();
  const showing = settings.DASHBOARD_PRINTS ? printStates(view, signal) : serve(context, view);
  try {
    await Promise.race([showing, watching]);
  } finally {
    ending.abort();
    await showing;
  }
  await watching;
});

/** Serves pages until the app has to stop. */
async function serve(
  { settings, logger, signal, health, metrics }: AppContext<DashboardEnvironment>,
  view: StackView,
): Promise<void> {
  const hub = new Hub<StreamQuery>(
    () => eventText("overview", view.overview()),
    (query) => view.feedOf(query),
  );
  exportStackMetrics(metrics, { ...view.metrics, pages: () => hub.pageCount });
  const server = dashboardServer({ hub, state: () => view.state(), page: readPageFiles(pageDirectory) });
  try {
    await server.listen({ port: settings.DASHBOARD_PORT, host: "0.0.0.0" });
  } catch (error) {
    throw new AppError(`cannot listen on port ${settings.DASHBOARD_PORT}: ${messageOf(error)}`);
  }
  hub.start();
  logger.info(`serving pages on port ${settings.DASHBOARD_PORT}`);
  health.healthy();
  await aborted(signal);
  hub.stop();
  await server.close();
}

/** Prints the state each second, as one line of JSON, until the app has to stop or its output is closed. */
async function printStates(view: StackView, signal: AbortSignal): Promise<void> {
  for (;;) {
    const waited = new Promise((resolve) => setTimeout(resolve, printEveryMs));
    await Promise.race([waited, aborted(signal)]);
    if (signal.aborted || (await print(`${JSON.stringify(view.state())}\n`)) === "closed") return;
  }
}
