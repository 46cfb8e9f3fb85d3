const seed = 0x9747b28c;
const multiplier = 0x5bd1e995;

/** MurmurHash2 of 32 bits, as Kafka's clients compute it (org.apache.kafka.common.utils.Utils.murmur2). */
export function murmur2(bytes: Uint8Array): number {
  const { length } = bytes;
  const last = length & ~3;
  let hash = seed ^ length;
  for (let at = 0; at < last; at += 4) {
    let word = byteAt(bytes, at) | (byteAt(bytes, at + 1) << 8);
    word |= (byteAt(bytes, at + 2) << 16) | (byteAt(bytes, at + 3) << 24);
    word = Math.imul(word, multiplier);
    word ^= word >>> 24;
    hash = Math.imul(hash, multiplier) ^ Math.imul(word, multiplier);
  }
  const rest = length - last;
  if (rest === 3) hash ^= byteAt(bytes, last + 2) << 16;
  if (rest >= 2) hash ^= byteAt(bytes, last + 1) << 8;
  if (rest >= 1) hash = Math.imul(hash ^ byteAt(bytes, last), multiplier);
  hash = Math.imul(hash ^ (hash >>> 13), multiplier);
  return hash ^ (hash >>> 15);
}

/**
 * The partition of a record by its key, as Kafka's own clients and kafkajs choose it: `toPositive(murmur2(key)) % partitionCount`
 * (org.apache.kafka.clients.producer.internals.BuiltInPartitioner.partitionForKey). Records of one key keep their order by it.
 */
export function partitionOfKey(key: Uint8Array, partitionCount: number): number {
  return (murmur2(key) & 0x7fff_ffff) % partitionCount;
}

function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] as number;
}
