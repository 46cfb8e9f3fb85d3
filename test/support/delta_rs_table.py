"""
Works on a table of observations with delta-rs.

delta_rs_table.py read TABLE APP: prints the schema as JSON, the version of an application, then each row on a line of its own.
delta_rs_table.py append TABLE CODEC: appends the rows of standard input, a JSON list.
delta_rs_table.py tidy TABLE: compacts its files and writes a checkpoint.
delta_rs_table.py change TABLE: runs the Python of standard input, in which the table is `table`.
"""

import json
import os
import sys

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import DeltaTable, Field, TableFeatures, WriterProperties, write_deltalake  # noqa: F401
from deltalake.schema import PrimitiveType  # noqa: F401
from plain_rows import TIMES, parsed, plain

utc = pa.timestamp("us", tz="UTC")


def read(table):
    print(table.schema().to_json())
    print(json.dumps(table.transaction_version(sys.argv[3])))
    rows = table.to_pyarrow_table()
    for name in TIMES:
        at = rows.column_names.index(name)
        rows = rows.set_column(at, name, pc.cast(rows[name], pa.int64()))
    for row in rows.to_pylist():
        print(json.dumps(plain(row)))


def append(table):
    schema = pa.schema(table.schema().to_arrow())
    columns = {field.name: [] for field in schema}
    for row in map(parsed, json.load(sys.stdin)):
        for name, values in columns.items():
            values.append(row[name])
    arrays = [
        pa.array(columns[field.name], pa.int64()).cast(utc)
        if field.name in TIMES
        else pa.array(columns[field.name], field.type)
        for field in schema
    ]
    properties = WriterProperties(compression=sys.argv[3])
    content = pa.Table.from_arrays(arrays, names=schema.names)
    write_deltalake(table, content, mode="append", writer_properties=properties)


def tidy(table):
    table.optimize.compact()
    table.create_checkpoint()


def change(table):
    exec(sys.stdin.read(), {**globals(), "table": table})


{"read": read, "append": append, "tidy": tidy, "change": change}[sys.argv[1]](DeltaTable(sys.argv[2]))

# pyarrow's threads may still be there, and the interpreter's own way out sometimes aborts over them.
sys.stdout.flush()
os._exit(0)
