/** Wider cells do not widen their column: the padding of all others would make the table unreadable. */
const maxWidth = 100;

/** Aligns rows in columns whose widths follow from a sample; a wider cell shifts only its own row. */
export class AlignedColumns {
  private readonly widths: readonly number[];

  /** @param right for each column, whether it is aligned to the right, like numbers */
  constructor(
    heading: readonly string[],
    private readonly right: readonly boolean[],
    sample: readonly (readonly string[])[],
  ) {
    this.widths = heading.map((name, at) =>
      sample.reduce((width, row) => Math.max(width, Math.min(row[at]?.length ?? 0, maxWidth)), name.length),
    );
  }

  /** Formats rows, one line each. The heading is shown if it is among them. */
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
