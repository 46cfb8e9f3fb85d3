import { docker } from "./docker";

/**
 * Changes a byte of a batch where a broker has stored it, as disks do.
 *
 * @param partition as the broker's folders are named: `topic-0`
 * @param mark text that the batch has, and no other before it in the partition
 */
export async function corruptBatch(container: string, partition: string, mark: string): Promise<void> {
  const script = [
    `log=/var/lib/kafka/data/${partition}/00000000000000000000.log`,
    `at=$(grep -abo -m 1 '${mark}' $log | head -n 1 | cut -d : -f 1)`,
    `test -n "$at"`,
    `printf '\\377' | dd of=$log bs=1 seek=$at conv=notrunc status=none`,
  ];
  await docker("exec", container, "bash", "-ec", script.join("\n"));
}
