"""
Writes rows of the table of observations as Parquet files of many kinds, as other programs may: parquet_files.py DIRECTORY, with the rows
as a JSON list on standard input. Prints a line of JSON for each file, with its name and the rows that pyarrow reads in it.

parquet_files.py DIRECTORY CHECKPOINT: writes a checkpoint of Delta's log in many kinds instead, and prints their names.
"""

import itertools
import json
import os
import sys

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from deltalake import DeltaTable, WriterProperties, write_deltalake
from plain_rows import TIMES, parsed, plain

PARTITION = ("year", "month", "day", "hour", "minute")
TYPES = {
    "device": pa.string(),
    "sensor_name": pa.string(),
    "boot": pa.int64(),
    "seq": pa.int64(),
    "timestamp": pa.timestamp("us", tz="UTC"),
    "value": pa.float64(),
    "label": pa.string(),
    "kafka_topic": pa.string(),
    "kafka_partition": pa.int32(),
    "kafka_offset": pa.int64(),
    "kafka_timestamp": pa.timestamp("us", tz="UTC"),
}
TEXTS = [name for name, type in TYPES.items() if type == pa.string()]
WHOLE = ["boot", "seq", "kafka_partition", "kafka_offset"]

CODECS = ["none", "snappy", "gzip", "zstd", "brotli", "lz4"]
PAGES = ["1.0", "2.0"]

directory = sys.argv[1]


def end():
    # pyarrow's threads may still be there, and the interpreter's own way out sometimes aborts over them.
    sys.stdout.flush()
    os._exit(0)


if len(sys.argv) > 2:
    checkpoint = pq.read_table(sys.argv[2])
    for codec, pages, dictionary in itertools.product(CODECS, PAGES, [True, False]):
        name = f"{codec}-pages-{pages}-{'dictionary' if dictionary else 'plain'}"
        pq.write_table(
            checkpoint,
            os.path.join(directory, f"{name}.parquet"),
            compression=codec,
            data_page_version=pages,
            use_dictionary=dictionary,
            row_group_size=3,
        )
        print(json.dumps(name))
    end()

rows = [parsed(row) for row in json.load(sys.stdin)]


def table(rows, required=()):
    arrays = []
    for name, type in TYPES.items():
        values = [row[name] for row in rows]
        arrays.append(pa.array(values, pa.int64()).cast(type) if name in TIMES else pa.array(values, type))
    fields = [pa.field(name, type, nullable=name not in required) for name, type in TYPES.items()]
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))


def micros(column):
    return pc.cast(pc.cast(column, pa.timestamp("us", tz="UTC" if column.type.tz else None)), pa.int64())


def tell(name):
    """Prints what pyarrow reads in a file."""
    found = pq.read_table(os.path.join(directory, f"{name}.parquet"))
    columns = {
        column: (micros(found[column]) if column in TIMES else found[column].cast(type)).to_pylist()
        if column in found.column_names
        else [None] * found.num_rows
        for column, type in TYPES.items()
    }
    read = [plain(dict(zip(columns, values))) for values in zip(*columns.values())]
    print(json.dumps({"name": name, "rows": read}))


def write(name, content, **options):
    pq.write_table(content, os.path.join(directory, f"{name}.parquet"), store_schema=False, **options)
    tell(name)


def encoded(kind):
    if kind == "dictionary":
        return {"use_dictionary": True}
    if kind == "plain":
        return {"use_dictionary": False}
    texts = {name: "DELTA_BYTE_ARRAY" if kind == "delta" else "DELTA_LENGTH_BYTE_ARRAY" for name in TEXTS}
    numbers = {
        name: "DELTA_BINARY_PACKED" if kind == "delta" else "BYTE_STREAM_SPLIT" for name in [*WHOLE, *TIMES]
    }
    value = {"value": "BYTE_STREAM_SPLIT" if kind == "split" else "PLAIN"}
    return {"use_dictionary": False, "column_encoding": {**texts, **numbers, **value}}


everything = table(rows)
required = table(rows, [name for name in TYPES if name != "label"])
silent = table([{**row, "label": None} for row in rows])
for codec, pages, kind in itertools.product(CODECS, PAGES, ["dictionary", "plain", "delta", "split"]):
    options = {"compression": codec, "data_page_version": pages, **encoded(kind)}
    name = f"{codec}-pages-{pages}-{kind}"
    write(name, everything, **options)
    write(f"{name}-required", required, data_page_size=500, row_group_size=len(rows) // 3 + 1, **options)
    write(f"{name}-no-labels", silent, **options)
write("old-format", everything, version="1.0")
write("small-dictionary", everything, dictionary_pagesize_limit=200, data_page_size=100, write_batch_size=5)
write("checksums", everything, write_page_checksum=True, write_page_index=True)
write("no-rows", everything.slice(0, 0))
write("a-group-a-row", everything.slice(0, 10), row_group_size=1)

# The same values by other types.
for unit, zone in itertools.product(["ms", "us", "ns"], ["UTC", "Europe/Berlin", None]):
    near = table([row for row in rows if unit != "ns" or abs(row["timestamp"]) < 2**53])
    for name in TIMES:
        near = near.set_column(near.column_names.index(name), name, near[name].cast(pa.timestamp(unit, tz=zone)))
    write(f"times-{unit}-{zone or 'local'}".replace("/", "-"), near)
int96 = table([row for row in rows if row["timestamp"] >= -2208988800000000 and row["timestamp"] < 2**53])
write("times-int96", int96, use_deprecated_int96_timestamps=True)
write("times-int96-plain", int96, use_deprecated_int96_timestamps=True, use_dictionary=False)


def retyped(types, content=everything):
    for name, type in types.items():
        content = content.set_column(content.column_names.index(name), name, content[name].cast(type))
    return content


for type in [pa.large_string(), pa.binary(), pa.large_binary(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())]:
    write(f"texts-{type}".split("<")[0], retyped({name: type for name in TEXTS}))
small = table([{**row, "boot": 7, "seq": 9, "kafka_partition": 3, "kafka_offset": at % 100} for at, row in enumerate(rows)])
for type in [pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64()]:
    for use in [True, False]:
        name = f"whole-{type}-{'dictionary' if use else 'plain'}"
        write(name, retyped({name: type for name in WHOLE}, small), use_dictionary=use)
large = table([{**row, "seq": 2**32 - 1 - at, "kafka_offset": 2**32 - 1 - at} for at, row in enumerate(rows)])
write("whole-large", retyped({"seq": pa.uint32(), "kafka_offset": pa.uint32()}, large))
write("value-float", retyped({"value": pa.float32()}, table([{**row, "value": at / 2} for at, row in enumerate(rows)])))
write("turned-round", everything.select(everything.column_names[::-1]))
write("with-partition", everything.append_column("minute", pa.array([0] * len(rows), pa.int32())))
write("without-label", everything.drop_columns(["label"]))

# delta-rs, which writes with another library; arrow's own is C++, this is Rust.
for codec in ["UNCOMPRESSED", "SNAPPY", "GZIP", "BROTLI", "LZ4", "ZSTD", "LZ4_RAW"]:
    place = os.path.join(directory, codec)
    properties = WriterProperties(compression=codec, data_page_size_limit=300, write_batch_size=7)
    write_deltalake(place, everything, writer_properties=properties)
    [path] = DeltaTable(place).file_uris()
    os.rename(path.removeprefix("file://"), os.path.join(directory, f"delta-rs-{codec}.parquet"))
    tell(f"delta-rs-{codec}")

end()
