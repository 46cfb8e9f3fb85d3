import { docker } from "./docker";

/**
 * Changes a byte of a batch in a broker's file, as a failing disk does.
 *
 * @param partition as the broker's folders are named: `topic-0`
 * @param mark text of the batch that no earlier batch of the partition has
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
