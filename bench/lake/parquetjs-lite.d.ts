/** The part of parquetjs-lite 0.8.7 that the benchmark uses; the package brings no types. */
declare module "parquetjs-lite" {
  export interface FieldDefinition {
    type: "UTF8" | "INT32" | "INT64" | "DOUBLE" | "TIMESTAMP_MICROS";
    optional?: boolean;
    compression?: "UNCOMPRESSED" | "GZIP" | "SNAPPY";
    /** False leaves out the bounds of pages and columns. */
    statistics?: boolean;
  }

  export class ParquetSchema {
    constructor(definition: Record<string, FieldDefinition>);
    readonly schema: Record<string, FieldDefinition>;
  }

  export interface WriterOptions {
    useDataPageV2?: boolean;
    pageIndex?: boolean;
  }

  /** Values on their way into one column of a row group. */
  export interface ColumnData {
    /** The values that are not null; text as its UTF-8 bytes. */
    values: (Buffer | number | bigint)[];
    /** For a column that may be null, 1 for each row with a value and 0 for each without; otherwise 0. */
    dlevels: number[];
    /** 0 for each row of a column that is not a list. */
    rlevels: number[];
    count: number;
    distinct_values: Set<unknown>;
  }

  /** A row group that is being collected; `appendRow` fills it row by row. */
  export interface RowBuffer {
    rowCount: number;
    pageRowCount: number;
    columnData: Record<string, ColumnData>;
    pages: Record<string, unknown[]>;
  }

  export class ParquetEnvelopeWriter {
    constructor(
      schema: ParquetSchema,
      write: (section: Buffer) => void,
      close: () => void,
      fileOffset: number,
      options: WriterOptions,
    );
    readonly rowCount: number;
  }

  export class ParquetWriter {
    constructor(schema: ParquetSchema, envelopeWriter: ParquetEnvelopeWriter, options: WriterOptions);
    rowBuffer: RowBuffer;
    appendRow(row: Record<string, unknown>): Promise<void>;
    setRowGroupSize(rows: number): void;
    /** Writes the row buffer as a row group, and then the footer. */
    close(): Promise<void>;
  }
}
