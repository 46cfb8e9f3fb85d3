import type { StreamEvents } from "../../../../contract/frames/frames";

/** Writes an event of the stream (HTML Standard, 9.2 server-sent events). JSON has no line feeds outside of texts, and escapes them there. */
export function eventText<Name extends keyof StreamEvents>(name: Name, frame: StreamEvents[Name]): string {
  return `event: ${name}\ndata: ${JSON.stringify(frame)}\n\n`;
}
