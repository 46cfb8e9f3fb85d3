import type { ProtocolExchange } from "./exchange";

/**
 * The request that every node of Kafka answers, whether broker or controller, and whoever asks (KIP-35). The answer itself is not used.
 *
 * ApiVersions Request (Version: 0) =>
 */
export function apiVersionsExchange(): ProtocolExchange<void> {
  const nothing = Buffer.alloc(0);
  return {
    request: {
      apiKey: 18,
      apiVersion: 0,
      apiName: "ApiVersions",
      encode: () => Promise.resolve({ buf: nothing, buffer: nothing }),
    },
    response: {
      decode: () => Promise.resolve({ answer: undefined, clientSideThrottleTime: 0 }),
      parse: () => Promise.resolve(),
    },
  };
}
