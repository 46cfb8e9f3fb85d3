"""
The lake as one would write it in PySpark: structured streaming from Kafka into Delta, by minute.

spark_lake.py JARS BOOTSTRAP TOPIC TABLE available-now WARM_UP_TOPIC: reads what is there and ends, after it has done the same with
another topic, so that Java has compiled what it needs.
spark_lake.py JARS BOOTSTRAP TOPIC TABLE "10 seconds": goes on until it is ended.

Prints "ready" before the query starts.
"""

import sys

from spark_session import open_session

jars, bootstrap, topic, table, trigger, *warm_up_topic = sys.argv[1:]
spark = open_session(jars.split(","), memory="2g")


def query(topic, table):
    """Makes the table; what is to be written into it is still to be started."""
    spark.sql(
        f"""
        CREATE TABLE delta.`{table}` (
          device STRING, sensor_name STRING, boot BIGINT, seq BIGINT, timestamp TIMESTAMP, value DOUBLE, label STRING,
          kafka_topic STRING, kafka_partition INT, kafka_offset BIGINT, kafka_timestamp TIMESTAMP,
          year INT, month INT, day INT, hour INT, minute INT
        ) USING delta PARTITIONED BY (year, month, day, hour, minute)
        """
    )
    messages = (
        spark.readStream.format("kafka")
        .option("kafka.bootstrap.servers", bootstrap)
        .option("subscribe", topic)
        .option("startingOffsets", "earliest")
        .load()
    )
    fields = "device STRING, sensor STRING, boot BIGINT, seq BIGINT, timestamp TIMESTAMP, value DOUBLE, label STRING"
    rows = messages.selectExpr(f"from_json(CAST(value AS STRING), '{fields}') AS message", "*").selectExpr(
        "message.device AS device",
        "message.sensor AS sensor_name",
        "message.boot AS boot",
        "message.seq AS seq",
        "message.timestamp AS timestamp",
        "message.value AS value",
        "message.label AS label",
        "topic AS kafka_topic",
        "partition AS kafka_partition",
        "offset AS kafka_offset",
        "timestamp AS kafka_timestamp",
        *(f"{part}(message.timestamp) AS {part}" for part in ("year", "month", "day", "hour", "minute")),
    )
    writer = (
        rows.writeStream.format("delta")
        .outputMode("append")
        .option("checkpointLocation", f"{table}-checkpoint")
        .partitionBy("year", "month", "day", "hour", "minute")
    )
    if trigger == "available-now":
        writer = writer.trigger(availableNow=True)
    else:
        writer = writer.trigger(processingTime=trigger)
    return writer


for each in warm_up_topic:
    query(each, f"{table}-warm-up").start(f"{table}-warm-up").awaitTermination()
lake = query(topic, table)
print("ready", flush=True)
lake.start(table).awaitTermination()
