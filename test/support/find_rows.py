"""
Filters a table in each of the ways that Python's programs have. find_rows.py TABLE ID, with predicates as JSON on standard input,
see predicates.ts. Prints the names of the ways as a JSON list, then for each of them and each predicate a line: the values of the
column ID in rows that were found by it, and in rows that it holds of when all were read.

Null stands for a predicate that a way is not asked: because it cannot be, or because ranges would take it long; the dataset, which it
goes by, is asked for those.
"""

import json
import os
import sys
from datetime import datetime, timedelta, timezone
from functools import cache

import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
from deltalake import DeltaTable, QueryBuilder
from plain_rows import double_of

path, id_column = sys.argv[1:]
predicates = json.load(sys.stdin)
table = DeltaTable(path)

arrow_types = {
    "string": pa.string(),
    "binary": pa.binary(),
    "long": pa.int64(),
    "integer": pa.int32(),
    "double": pa.float64(),
    "timestamp": pa.timestamp("us", tz="UTC"),
}


def parsed(kind, value):
    if kind == "double":
        return double_of(value)
    if kind == "binary":
        return bytes.fromhex(value)
    return value if kind == "string" else int(value)


def arrow_value(predicate):
    kind = predicate["type"]
    value = parsed(kind, predicate["value"])
    if kind == "timestamp":
        return pa.scalar(value, pa.int64()).cast(arrow_types[kind])
    return pa.scalar(value, arrow_types[kind])


def polars_value(predicate):
    kind = predicate["type"]
    value = parsed(kind, predicate["value"])
    if kind != "timestamp":
        return value
    time = python_time(value)
    return pl.lit(value).cast(pl.Datetime("us", "UTC")) if time is None else time


def python_time(micros):
    """None beyond the year 9999."""
    try:
        return datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(microseconds=micros)
    except OverflowError:
        return None


def expression(field, predicate, value):
    """For pyarrow and polars, whose fields compare alike."""
    compared = {"=": "__eq__", "!=": "__ne__", "<=": "__le__", ">=": "__ge__"}
    return getattr(field, compared[predicate["op"]])(value(predicate))


def arrow_expression(predicate):
    field = ds.field(predicate["column"])
    if predicate["op"] == "is null":
        return field.is_null()
    if predicate["op"] == "is not null":
        return field.is_valid()
    return expression(field, predicate, arrow_value)


def polars_expression(predicate):
    field = pl.col(predicate["column"])
    if predicate["op"] == "is null":
        return field.is_null()
    if predicate["op"] == "is not null":
        return field.is_not_null()
    return expression(field, predicate, polars_value)


whole = table.to_pyarrow_table()
whole_in_polars = pl.from_arrow(whole)


def in_arrow(predicate):
    return ds.dataset(whole).to_table(filter=arrow_expression(predicate))[id_column].to_pylist()


def by_filters(predicate):
    """The same as `to_pandas(filters=...)`, which goes by way of this."""
    if predicate["op"] != "=":
        return None
    found = table.to_pyarrow_table(filters=[(predicate["column"], predicate["op"], arrow_value(predicate))])
    return found[id_column].to_pylist(), in_arrow(predicate)


dataset = table.to_pyarrow_dataset()


def by_dataset(predicate):
    found = dataset.to_table(filter=arrow_expression(predicate))
    return found[id_column].to_pylist(), in_arrow(predicate)


def query(sql):
    return pa.table(QueryBuilder().register("t", table).execute(sql).read_all())


@cache
def rows_with_answers():
    answers = [f"({predicate['sql']}) AS holds_{index}" for index, predicate in enumerate(predicates)]
    return query(f"SELECT {id_column}, {', '.join(answers)} FROM t").to_pylist()


def by_datafusion(predicate):
    found = query(f"SELECT {id_column} FROM t WHERE {predicate['sql']}")[id_column].to_pylist()
    holds = f"holds_{predicates.index(predicate)}"
    return found, [row[id_column] for row in rows_with_answers() if row[holds]]


def in_polars(predicate):
    return whole_in_polars.filter(polars_expression(predicate))[id_column].to_list()


def by_polars(predicate):
    found = pl.scan_delta(path).filter(polars_expression(predicate)).collect()
    return found[id_column].to_list(), in_polars(predicate)


def by_polars_with_pyarrow(predicate):
    if predicate["op"] != "=":
        return None
    # It shows pyarrow these as Python, which has no name for the one and no value for the other.
    value = parsed(predicate["type"], predicate["value"])
    if value != value or (predicate["type"] == "timestamp" and python_time(value) is None):
        return None
    found = pl.scan_delta(path, use_pyarrow=True).filter(polars_expression(predicate)).collect()
    return found[id_column].to_list(), in_polars(predicate)


ways = {
    "delta-rs with filters": by_filters,
    "delta-rs as a dataset": by_dataset,
    "delta-rs with SQL": by_datafusion,
    "polars": by_polars,
    "polars with pyarrow": by_polars_with_pyarrow,
}
print(json.dumps(list(ways)))
for way in ways.values():
    for predicate in predicates:
        print(json.dumps(way(predicate)))

# pyarrow's threads may still be there, and the interpreter's own way out sometimes aborts over them.
sys.stdout.flush()
os._exit(0)
