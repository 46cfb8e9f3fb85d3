/** Cells that are wider than this do not make their column wider: padding all others to them would bury the table. */
const maxWidth = 100;

/** Lays rows out in columns that are as wide as a sample of them takes; a wider cell later on moves its own row alone. */
export class AlignedColumns {
  private readonly widths: readonly number[];

  /** @param right says of each column whether it is aligned to the right, as numbers are. */
  constructor(
    heading: readonly string[],
    private readonly right: readonly boolean[],
    sample: readonly (readonly string[])[],
  ) {
    this.widths = heading.map((name, at) =>
      sample.reduce((width, row) => Math.max(width, Math.min(row[at]?.length ?? 0, maxWidth)), name.length),
    );
  }

  /** Rows, the heading among them if it is to be shown, a line each. */
  lines(rows: readonly (readonly string[])[]): string {
    return rows.map((cells) => `${this.line(cells)}\n`).join("");
  }

  private line(cells: readonly string[]): string {
    const padded = this.widths.map((width, at) => {
      const cell = cells[at] ?? "";
      return this.right[at] === true ? cell.padStart(width) : cell.padEnd(width);
    });
    return padded.join("  ").trimEnd();
  }
}
