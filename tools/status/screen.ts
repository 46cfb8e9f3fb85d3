const escape = "\u001b[";

/** A terminal's other screen, on which each picture takes the place of the one before, in one write, so that nothing flickers. */
export class Screen {
  constructor(private readonly terminal: Pick<NodeJS.WriteStream, "rows" | "write">) {
    // The other screen, without a cursor.
    terminal.write(`${escape}?1049h${escape}?25l`);
  }

  draw(lines: readonly string[]): void {
    const shown = lines.slice(0, Math.max(1, this.terminal.rows - 1));
    // Home; each line and what was behind it; and all below.
    this.terminal.write(`${escape}H${shown.map((line) => `${line}${escape}K\r\n`).join("")}${escape}J`);
  }

  /** Shows again what was there before. */
  close(): void {
    this.terminal.write(`${escape}?25h${escape}?1049l`);
  }
}
