import type { DevicesFrame } from "../../../../../../contract/frames/frames";
import type { DeviceCurves } from "../curves/device-curves";
import { useDashboard } from "../dashboard";
import { formatCounted, formatName } from "../format";
import { Notice, Waiting } from "../parts/blocks";
import { DeviceMark, DeviceRate, SensorPanel } from "../parts/device";
import { Pager, SearchBox } from "../parts/paging";
import { formatRoute, isCurrent, type ViewProps } from "../routes";

/** All devices in pages, with the curves of their sensors. */
export function DevicesView({ route, frame }: ViewProps & { readonly frame: DevicesFrame | undefined }) {
  return (
    <>
      <div class="view-head">
        <h1>Devices</h1>
        <SearchBox route={route} label="Search devices" />
        {frame !== undefined && <Pager slice={frame} route={route} of="device" />}
      </div>
      {frame === undefined ? (
        <Waiting />
      ) : (
        <Cards frame={frame} isStale={!isCurrent(frame, route)} search={route.search} />
      )}
    </>
  );
}

function Cards({
  frame,
  isStale,
  search,
}: {
  readonly frame: DevicesFrame;
  readonly isStale: boolean;
  readonly search: string;
}) {
  const { curves } = useDashboard();
  if (frame.devices.length === 0)
    return search === "" ? (
      <Notice title="No devices">The configuration has no devices. Add some, and they appear here.</Notice>
    ) : (
      <Notice title={`No device has “${search}” in its name`} />
    );
  return (
    <ul class="cards" aria-busy={isStale}>
      {frame.devices.map(({ name, sensors, sensorCount }) => {
        const device = curves.get(name);
        const names = sensors.map((sensor) => sensor.name);
        return device && <DeviceCard key={name} device={device} sensors={names} sensorCount={sensorCount} />;
      })}
    </ul>
  );
}

function DeviceCard({
  device,
  sensors,
  sensorCount,
}: {
  readonly device: DeviceCurves;
  /** The sensors that are drawn. */
  readonly sensors: readonly string[];
  readonly sensorCount: number;
}) {
  const { name, topic } = device.frame;
  const link = formatRoute({ view: "device", device: name });
  return (
    <li class="card device" data-testid="device" data-device={name}>
      <div class="card-head">
        <DeviceMark device={device} />
        <h2>
          <a class="card-link" href={link} title={name}>
            {formatName(name)}
          </a>
        </h2>
        {topic !== name && (
          <span class="card-aside" title={`Topic ${topic}`}>
            {topic}
          </span>
        )}
        <DeviceRate device={device} />
      </div>
      {sensors.length === 0 && <p class="nothing-yet">No observations yet</p>}
      <ul class="sensors">
        {sensors.map((sensorName, index) => {
          const sensor = device.sensors.get(sensorName);
          return (
            sensor && (
              <SensorPanel
                key={sensorName}
                device={device}
                sensor={sensor}
                series={index}
                size="small"
                hasTimes={index === sensors.length - 1}
              />
            )
          );
        })}
      </ul>
      {sensorCount > sensors.length && (
        <p class="card-more">
          <a href={link}>and {formatCounted(sensorCount - sensors.length, "more sensor")}</a>
        </p>
      )}
    </li>
  );
}
