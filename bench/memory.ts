import { docker } from "../test/support/docker";

/** What `docker stats` shows for each running container whose name begins with a prefix, in MiB, by the rest of its name. */
export async function memoryByContainer(prefix: string): Promise<Map<string, number>> {
  const output = await docker("stats", "--no-stream", "--format", "{{.Name}} {{.MemUsage}}");
  return new Map(
    output
      .split("\n")
      .filter((line) => line.startsWith(prefix))
      .map((line) => {
        const [name = "", usage = ""] = line.slice(prefix.length).split(" ");
        return [name, Number.parseFloat(usage) * (usage.endsWith("GiB") ? 1_024 : 1)];
      }),
  );
}
