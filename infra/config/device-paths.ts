/**
 * Where a field of the device that is listed at `index` stands, for a problem; of devices that are counted, and not listed, where
 * their number stands.
 */
export function deviceField(
  raw: Readonly<Record<string, unknown>>,
  index: number,
  field: string,
): { readonly path: string; readonly found: unknown } {
  const { devices } = raw;
  if (!Array.isArray(devices)) return { path: "devices", found: devices };
  const device = devices[index] as Readonly<Record<string, unknown>> | null | undefined;
  return { path: `devices[${index}].${field}`, found: device?.[field] };
}
