"""
The lake as one would write it by hand in Python: librdkafka reads, pyarrow parses and encodes, delta-rs commits. Offsets go
into the table with their rows, as the lake's do, so that both promise the same.

python_lake.py BOOTSTRAP TOPIC TABLE FLUSH_SECONDS: runs until it is ended; prints "ready" before it reads.
"""

import signal
import sys
import time

import pyarrow as pa
import pyarrow.compute as pc
from confluent_kafka import Consumer, TopicPartition
from deltalake import CommitProperties, DeltaTable, Transaction, write_deltalake
from pyarrow import json as arrow_json

BATCH_ROWS = 100_000
PARTITIONS = ["year", "month", "day", "hour", "minute"]

bootstrap, topic, table_path, flush_seconds = sys.argv[1:]
flush_seconds = float(flush_seconds)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))

utc = pa.timestamp("us", tz="UTC")
message_schema = pa.schema(
    [
        ("device", pa.string()),
        ("sensor", pa.string()),
        ("boot", pa.int64()),
        ("seq", pa.int64()),
        ("timestamp", pa.string()),
        ("value", pa.float64()),
        ("label", pa.string()),
    ]
)
table_schema = pa.schema(
    [
        ("device", pa.string()),
        ("sensor_name", pa.string()),
        ("boot", pa.int64()),
        ("seq", pa.int64()),
        ("timestamp", utc),
        ("value", pa.float64()),
        ("label", pa.string()),
        ("kafka_topic", pa.string()),
        ("kafka_partition", pa.int32()),
        ("kafka_offset", pa.int64()),
        ("kafka_timestamp", utc),
        *((name, pa.int32()) for name in PARTITIONS),
    ]
)
parse_options = arrow_json.ParseOptions(explicit_schema=message_schema, unexpected_field_behavior="ignore")


def rows_of(messages):
    """The messages as rows of the table. One bad message would end the program; the lake sets it aside."""
    values = pa.py_buffer(b"\n".join([message.value() for message in messages]))
    parsed = arrow_json.read_json(
        pa.BufferReader(values),
        read_options=arrow_json.ReadOptions(block_size=4 << 20),
        parse_options=parse_options,
    )
    timestamp = pc.cast(
        pc.strptime(pc.utf8_slice_codeunits(parsed["timestamp"], 0, 19), "%Y-%m-%dT%H:%M:%S", "us"), utc
    )
    milliseconds = pc.cast(pc.utf8_slice_codeunits(parsed["timestamp"], 20, 23), pa.int64())
    timestamp = pc.add(timestamp, pc.cast(pc.multiply(milliseconds, 1000), pa.duration("us")))
    return pa.Table.from_arrays(
        [
            parsed["device"],
            parsed["sensor"],
            parsed["boot"],
            parsed["seq"],
            timestamp,
            parsed["value"],
            parsed["label"],
            pa.array([message.topic() for message in messages], pa.string()),
            pa.array([message.partition() for message in messages], pa.int32()),
            pa.array([message.offset() for message in messages], pa.int64()),
            pa.array([message.timestamp()[1] * 1000 for message in messages], pa.int64()).cast(utc),
            *(pc.cast(getattr(pc, name)(timestamp), pa.int32()) for name in PARTITIONS),
        ],
        schema=table_schema,
    )


table = DeltaTable.create(table_path, table_schema, partition_by=PARTITIONS, mode="ignore")
consumer = Consumer(
    {
        "bootstrap.servers": bootstrap,
        "group.id": "python-lake",
        "enable.auto.commit": False,
        "queued.max.messages.kbytes": 131_072,
        "fetch.message.max.bytes": 8_388_608,
    }
)
partitions = consumer.list_topics(topic, timeout=10).topics[topic].partitions
consumer.assign([TopicPartition(topic, partition, 0) for partition in partitions])
print("ready", flush=True)

while True:
    messages = []
    deadline = time.monotonic() + flush_seconds
    while len(messages) < BATCH_ROWS and (left := deadline - time.monotonic()) > 0:
        for message in consumer.consume(min(BATCH_ROWS - len(messages), 10_000), timeout=min(left, 0.1)):
            if message.error():
                raise RuntimeError(message.error())
            messages.append(message)
    if not messages:
        continue
    ends = {message.partition(): message.offset() + 1 for message in messages}
    transactions = [Transaction(f"python-lake:{topic}:{partition}", end) for partition, end in ends.items()]
    write_deltalake(
        table,
        rows_of(messages),
        mode="append",
        commit_properties=CommitProperties(app_transactions=transactions),
    )
