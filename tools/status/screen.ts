const escape = "\u001b[";

/** The alternate screen of a terminal. Each picture replaces the one before in one write, so that nothing flickers. */
export class Screen {
  constructor(private readonly terminal: Pick<NodeJS.WriteStream, "rows" | "write">) {
    // The alternate screen, without a cursor.
    terminal.write(`${escape}?1049h${escape}?25l`);
  }

  draw(lines: readonly string[]): void {
    const shown = lines.slice(0, Math.max(1, this.terminal.rows - 1));
    // Go home; write each line and erase its rest; erase everything below.
    this.terminal.write(`${escape}H${shown.map((line) => `${line}${escape}K\r\n`).join("")}${escape}J`);
  }

  /** Restores the former screen. */
  close(): void {
    this.terminal.write(`${escape}?25h${escape}?1049l`);
  }
}
