import { deviceCountsPath, metrics as contract } from "../../../contract/metrics";
import type { AppContext } from "../../shared/run-app";
import { jsonAnswer } from "../../shared/status-server";
import type { CountsByDevice } from "./counts";
import type { Delivery } from "../send/delivery";
import type { Fleet } from "../simulate/fleet";
import type { Lateness } from "./lateness";
import type { ObservationRing } from "../send/observation-ring";
import type { Tally } from "./counts";

/** The parts of a container of devices that its metrics read. */
export interface DeviceState {
  readonly fleet: Fleet;
  readonly tally: Pick<Tally, "observed" | "skipped" | "declaredLost" | "declaredDuplicates">;
  readonly delivery: Pick<Delivery, "sent" | "acknowledged" | "waiting" | "complaint">;
  readonly ring: Pick<ObservationRing, "dropped">;
  readonly lateness: Lateness;
  readonly counts: CountsByDevice;
}

/** Exports how the devices do: as metrics, as health, and as counts by device at `deviceCountsPath`. */
export function exportDeviceMetrics(
  { metrics, health, route }: Pick<AppContext<unknown>, "metrics" | "health" | "route">,
  { fleet, tally, delivery, ring, lateness, counts }: DeviceState,
): void {
  const { devices, sensors } = fleet;
  metrics.gauge(contract.devices, () => devices.length);
  metrics.gauge(contract.sensors, () => devices.length * sensors.length);
  metrics.counter(contract.observations, () => tally.observed);
  metrics.counter(contract.observationsSkipped, () => tally.skipped);
  metrics.counter(contract.declaredLosses, () => tally.declaredLost);
  metrics.counter(contract.declaredDuplicates, () => tally.declaredDuplicates);
  metrics.counter(contract.messagesSent, () => delivery.sent);
  metrics.counter(contract.messagesAcknowledged, () => delivery.acknowledged);
  metrics.counter(contract.messagesDropped, () => ring.dropped);
  metrics.gauge(contract.messagesWaiting, () => delivery.waiting);
  metrics.histogram(contract.tickLateness, () => lateness.within(contract.tickLateness.buckets));
  health.check(() => delivery.complaint);
  route(deviceCountsPath, () => jsonAnswer(counts.report));
}
