"""
Sends lines from standard input as messages, by librdkafka: `send_compressed.py BOOTSTRAP TOPIC CODEC`. The key of each line comes before
its first tab.
"""

import sys

from confluent_kafka import Producer

bootstrap, topic, codec = sys.argv[1:]
producer = Producer({"bootstrap.servers": bootstrap, "compression.type": codec, "linger.ms": 50})
failures = []
for line in sys.stdin:
    key, value = line.rstrip("\n").split("\t")
    producer.produce(topic, value, key, on_delivery=lambda error, _: error and failures.append(error))
producer.flush(30)
sys.exit(str(failures[0]) if failures or len(producer) else 0)
