import type { MessageChunk } from "./message-chunk";
import type { RowWriter, WriterPartition, WrittenRows } from "./row-writer";

/** What takes messages and makes data files of them, in whatever thread. */
export interface RowSink {
  /** Forgets what was added since the last flush, and takes messages of these partitions from now on. */
  begin(partitions: readonly WriterPartition[]): void;
  /** Takes over a chunk; it is not to be used any more. */
  add(chunk: MessageChunk): void;
  /** Resolves when there is room for more. */
  room(): Promise<void>;
  /** Writes exactly what was added before this call. @throws LakeError */
  flush(): Promise<WrittenRows>;
}

/** A sink that does its work where it is called. */
export function directSink(writer: RowWriter): RowSink {
  return {
    begin: (partitions) => writer.begin(partitions),
    add: (chunk) => writer.add(chunk),
    room: () => Promise.resolve(),
    flush: () => writer.flush(),
  };
}
