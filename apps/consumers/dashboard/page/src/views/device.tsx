import type { DevicesFrame } from "../../../../../../contract/frames/frames";
import { useDashboard } from "../dashboard";
import { formatCounted, formatName } from "../format";
import { Notice, Waiting } from "../parts/blocks";
import { DeviceMark, DeviceRate, SensorPanel } from "../parts/device";
import { formatRoute, type ViewProps } from "../routes";

/** One device, with all points of its curves. */
export function DeviceView({ route, frame }: ViewProps & { readonly frame: DevicesFrame | undefined }) {
  const { curves } = useDashboard();
  const name = route.device ?? "";
  const shown = frame?.devices.find((device) => device.name === name);
  const device = shown === undefined ? undefined : curves.get(name);
  return (
    <>
      <div class="view-head">
        <nav class="trail" aria-label="Back">
          <a href={formatRoute({ view: "devices" })}>Devices</a>
        </nav>
        <h1 class="device-title">
          {device !== undefined && <DeviceMark device={device} />} {formatName(name)}
        </h1>
        {device !== undefined && (
          <p class="device-facts">
            <DeviceRate device={device} />
            <span>
              topic{" "}
              <a href={formatRoute({ view: "topics", search: device.frame.topic })}>{device.frame.topic}</a>
            </span>
            {device.frame.container !== "" && <span>container {device.frame.container}</span>}
            <span>{formatCounted(device.sensors.size, "sensor")}</span>
            <a href={formatRoute({ view: "conservation", search: name })}>delivery proof</a>
          </p>
        )}
      </div>
      {frame === undefined ? (
        <Waiting />
      ) : device === undefined ? (
        <Notice title={`There is no device “${name}”`}>
          It may have been removed since this link was made.
        </Notice>
      ) : device.sensors.size === 0 ? (
        <Notice title="No observations yet">The device has not sent an observation.</Notice>
      ) : (
        <ul class="sensors sensors-large" data-testid="device" data-device={name}>
          {[...device.sensors.values()].map((sensor, index) => (
            <SensorPanel
              key={sensor.name}
              device={device}
              sensor={sensor}
              series={index}
              size="large"
              hasTimes
            />
          ))}
        </ul>
      )}
    </>
  );
}
