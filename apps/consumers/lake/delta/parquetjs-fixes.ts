/**
 * What parquetjs-lite 0.8.7 needs before it is loaded: import this file first.
 */

/**
 * It assigns its Thrift types to variables that it never declares. In strict mode, which bundles are in,
 * that is an error unless they exist.
 */
const undeclared = [
  "BsonType",
  "ColumnChunk",
  "ColumnIndex",
  "ColumnMetaData",
  "ColumnOrder",
  "DataPageHeader",
  "DataPageHeaderV2",
  "DateType",
  "DecimalType",
  "DictionaryPageHeader",
  "EnumType",
  "FileMetaData",
  "IndexPageHeader",
  "IntType",
  "JsonType",
  "KeyValue",
  "ListType",
  "LogicalType",
  "MapType",
  "MicroSeconds",
  "MilliSeconds",
  "NullType",
  "OffsetIndex",
  "PageEncodingStats",
  "PageHeader",
  "PageLocation",
  "RowGroup",
  "SchemaElement",
  "SortingColumn",
  "Statistics",
  "StringType",
  "TimeType",
  "TimeUnit",
  "TimestampType",
  "TypeDefinedOrder",
  "UUIDType",
];

for (const name of undeclared) {
  if (!(name in globalThis))
    Object.defineProperty(globalThis, name, { value: undefined, writable: true, configurable: true });
}

// It calls `new Buffer`, for which Node prints a warning once in a process; here that once passes unseen.
const { noDeprecation } = process;
process.noDeprecation = true;
// eslint-disable-next-line @typescript-eslint/no-deprecated
new Buffer(0);
process.noDeprecation = noDeprecation ?? false;
