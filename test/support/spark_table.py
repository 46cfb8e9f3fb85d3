"""
Works on tables of observations with Spark. spark_table.py JARS, then a command a line on standard input, as JSON; answers each with a
line of JSON that has a `result` or an `error`.

{"do": "read", "table": …}: {"schema": …, "rows": […]}
{"do": "append", "table": …, "rows": […]}: columns that the rows lack are left out
{"do": "sql", "text": …}: the rows
"""

import json
import sys
import traceback

from plain_rows import LONGS, TIMES, double_of, plain
from spark_session import FOR_A_FEW_ROWS, open_session

spark = open_session(sys.argv[1].split(","), more=FOR_A_FEW_ROWS)


def read(command):
    table = spark.read.format("delta").load(command["table"])
    columns = [f"unix_micros({name}) AS {name}" if name in TIMES else name for name in table.columns]
    rows = [plain(row.asDict()) for row in table.selectExpr(*columns).collect()]
    return {"schema": json.loads(table.schema.json()), "rows": rows}


def append(command):
    target = spark.read.format("delta").load(command["table"])
    rows = [{**row, "value": double_of(row["value"])} for row in command["rows"]]
    fields = [field for field in target.schema if field.name in rows[0]]
    # Long numbers come as text, times as text of microseconds.
    types = {name: "STRING" for name in LONGS + TIMES}
    described = ", ".join(f"{field.name} {types.get(field.name, field.dataType.simpleString())}" for field in fields)
    columns = [
        f"timestamp_micros(CAST({name} AS BIGINT)) AS {name}"
        if name in TIMES
        else f"CAST({name} AS BIGINT) AS {name}"
        if name in LONGS
        else name
        for name in (field.name for field in fields)
    ]
    values = [tuple(row[field.name] for field in fields) for row in rows]
    frame = spark.createDataFrame(values, described).selectExpr(*columns)
    frame.write.format("delta").mode("append").save(command["table"])


def sql(command):
    return [row.asDict(recursive=True) for row in spark.sql(command["text"]).collect()]


commands = {"read": read, "append": append, "sql": sql}
for line in sys.stdin:
    command = json.loads(line)
    try:
        answer = {"result": commands[command["do"]](command)}
    except Exception:
        answer = {"error": traceback.format_exc()}
    print(json.dumps(answer, default=str), flush=True)
