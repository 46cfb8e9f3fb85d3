/** What a container of devices may have, and how its Node is to keep within it. */
export interface DeviceMemory {
  readonly limitMegabytes: number;
  /** What Node and the C library themselves read. */
  readonly variables: Readonly<Record<string, string>>;
}

const megabyteBytes = 2 ** 20;

/** What is enough for so many sensors, and for so many observations that wait. */
const enough = { limitMegabytes: 128, heapMegabytes: 64, sensors: 1_000, waiting: 100_000 } as const;
/** Of a sensor: its model, its place in the timetable, what is known of the last message. Half of it is in Node's heap. */
const bytesPerSensor = 4_096;
/** Of an observation that waits: its number, time, value and label in columns, outside the heap. */
const bytesPerWaiting = 100;
/** Where V8 makes new objects. Much of it is faster, but what waits there to be collected is memory, which few sensors do without. */
const semiSpaceMegabytes = 4;
const few = { sensors: 100, semiSpaceMegabytes: 1 } as const;
/** Limits are whole multiples of it, so that few containers change when devices are added. */
const stepMegabytes = 16;

/**
 * How much memory a container of devices gets. The heap is small and collected often: what is made for each message is garbage at
 * once, and what stays is little. One thread helps with that, and few arenas of the C library, of which each thread keeps one to
 * itself otherwise.
 */
export function planDeviceMemory(sensors: number, waiting: number): DeviceMemory {
  const moreSensors = (Math.max(0, sensors - enough.sensors) * bytesPerSensor) / megabyteBytes;
  const moreWaiting = (Math.max(0, waiting - enough.waiting) * bytesPerWaiting) / megabyteBytes;
  const steps = Math.ceil((moreSensors + moreWaiting) / stepMegabytes);
  const heapMegabytes = enough.heapMegabytes + Math.ceil(moreSensors / 2 / stepMegabytes) * stepMegabytes;
  const semiSpace = sensors <= few.sensors ? few.semiSpaceMegabytes : semiSpaceMegabytes;
  return {
    limitMegabytes: enough.limitMegabytes + steps * stepMegabytes,
    variables: {
      NODE_OPTIONS: `--max-old-space-size=${heapMegabytes} --max-semi-space-size=${semiSpace} --v8-pool-size=1`,
      MALLOC_ARENA_MAX: "2",
    },
  };
}

/** What a container of devices has resident when it works: 29 to 50 MB with few sensors (`docker stats`), and more with many. */
export function expectedDeviceMegabytes(sensors: number): number {
  return 50 + Math.round((sensors * (bytesPerSensor / 2)) / megabyteBytes);
}
