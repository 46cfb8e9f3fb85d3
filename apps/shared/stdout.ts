const clogAtBytes = 1_048_576;

/** Whether much of the output still waits for a reader. */
export function isClogged(): boolean {
  return process.stdout.writableLength > clogAtBytes;
}

/** Prints text. @returns "printed" once more may be printed, or "closed" when nobody reads the output any more */
export function print(text: string): Promise<"printed" | "closed"> {
  const { stdout } = process;
  if (stdout.destroyed || !stdout.writable) return Promise.resolve("closed");
  if (stdout.write(text)) return Promise.resolve("printed");
  return new Promise((resolve) => {
    const settle = (how: "printed" | "closed") => () => {
      stdout.off("drain", onDrain);
      stdout.off("close", onClose);
      resolve(how);
    };
    const onDrain = settle("printed");
    const onClose = settle("closed");
    stdout.on("drain", onDrain);
    stdout.on("close", onClose);
  });
}
