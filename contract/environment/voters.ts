import { z } from "zod";

/** A node that votes in a KRaft cluster's quorum, and where the others reach its controller listener. */
export interface Voter {
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
}

const remedy =
  "set it to KRaft nodes as id@host:port, separated by commas, such as 1@broker-1:9093,2@broker-2:9093";
const pattern = /^(\d{1,9})@([^\s:,@]+):(\d{1,5})$/;

/** Voters of different ids as `id@host:port`, joined by commas, as Kafka writes them in `controller.quorum.voters`. */
export const voterList = () =>
  z
    .codec(
      z
        .string(remedy)
        .refine((joined) => joined.split(",").every((entry) => pattern.test(entry)), { message: remedy }),
      z.array(z.object({ nodeId: z.number(), host: z.string(), port: z.number().min(1).max(65_535) })),
      {
        decode: (joined) => joined.split(",").map(voterOf),
        encode: (voters) => voters.map(({ nodeId, host, port }) => `${nodeId}@${host}:${port}`).join(","),
      },
    )
    .refine((voters) => new Set(voters.map(({ nodeId }) => nodeId)).size === voters.length, {
      message: "name each node once",
    });

function voterOf(entry: string): Voter {
  const [, nodeId, host = "", port] = pattern.exec(entry) ?? [];
  return { nodeId: Number(nodeId), host, port: Number(port) };
}
