import { metrics as contract } from "../../../contract/metrics";
import type { ConsumerHealth, PartitionLags } from "../kafka";
import type { AppContext } from "../run-app";

/** Exports how a consumer does: how much it has read, its lag, and its health. */
export function exportConsumerMetrics(
  { metrics, health }: Pick<AppContext<unknown>, "metrics" | "health">,
  {
    consumerHealth,
    lags,
    messagesRead,
  }: {
    readonly consumerHealth: ConsumerHealth;
    readonly lags: PartitionLags;
    readonly messagesRead: () => number;
  },
): void {
  metrics.counter(contract.messagesRead, messagesRead);
  metrics.gauge(contract.consumerLag, () =>
    Array.from(lags, ({ topic, partition, lag }) => ({ labels: { topic, partition }, value: lag })),
  );
  metrics.gauge(contract.consumerSilence, () =>
    Array.from(consumerHealth.silences(), ({ topic, partition, silentMs }) => ({
      labels: { topic, partition },
      value: silentMs / 1_000,
    })),
  );
  health.waitFor(() => consumerHealth.waiting);
  health.check(() => consumerHealth.complaint);
}
