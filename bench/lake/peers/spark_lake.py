"""
The lake as one would write it in PySpark: structured streaming from Kafka into Delta, by minute.

spark_lake.py JARS BOOTSTRAP TOPIC TABLE WARM_UP_TOPIC TRIGGER: TRIGGER is "available-now" to read what is there and end, or
"10 seconds" to go on until it is ended. Before that it reads what is in WARM_UP_TOPIC, so that Java has compiled what it needs.

Prints "ready" before the query starts.
"""

import sys

from spark_session import open_session

jars, bootstrap, topic, table, warm_up_topic, trigger = sys.argv[1:]
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
    return (
        rows.writeStream.format("delta")
        .outputMode("append")
        .option("checkpointLocation", f"{table}-checkpoint")
        .partitionBy("year", "month", "day", "hour", "minute")
    )


aside = f"{table}-warm-up"
query(warm_up_topic, aside).trigger(availableNow=True).start(aside).awaitTermination()
lake = query(topic, table)
lake = lake.trigger(availableNow=True) if trigger == "available-now" else lake.trigger(processingTime=trigger)
print("ready", flush=True)
lake.start(table).awaitTermination()
