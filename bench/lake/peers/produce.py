"""
Fills a topic with valid observations: 10 devices of 5 sensors each, a random double as value.

produce.py BOOTSTRAP TOPIC backlog COUNT: as fast as possible, timestamps spread over ten minutes.
produce.py BOOTSTRAP TOPIC steady RATE SECONDS: RATE messages a second, each with the time at which it is made.

Prints how many it sent as JSON, once all are acknowledged.
"""

import json
import random
import sys
import time
from datetime import datetime, timezone

from confluent_kafka import Producer

BOOT_MS = 1_795_392_000_000
DEVICES, SENSORS = 10, 5
BACKLOG_MS = 600_000
TICK_SECONDS = 0.005

bootstrap, topic, mode, *numbers = sys.argv[1:]
producer = Producer(
    {
        "bootstrap.servers": bootstrap,
        "linger.ms": 5 if mode == "steady" else 50,
        "batch.num.messages": 10_000,
        "queue.buffering.max.messages": 1_000_000,
    }
)
failures = 0


def delivered(error, _message):
    global failures
    failures += error is not None


def iso(milliseconds):
    moment = datetime.fromtimestamp(milliseconds / 1000, timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{milliseconds % 1000:03}Z"


def send(first, last, time_of):
    """Sends messages `first` to `last - 1`; `time_of` gives each its milliseconds since 1970."""
    at, text = None, ""
    for index in range(first, last):
        milliseconds = time_of(index)
        if milliseconds != at:
            at, text = milliseconds, iso(milliseconds)
        device, sensor, seq = index % DEVICES, index // DEVICES % SENSORS, index // (DEVICES * SENSORS)
        value = (
            f'{{"device":"device-{device}","sensor":"sensor_{sensor}","boot":{BOOT_MS},"seq":{seq},'
            f'"timestamp":"{text}","value":{random.random()!r}}}'
        )
        key = f"device-{device}/sensor_{sensor}"
        while True:
            try:
                producer.produce(topic, value, key, on_delivery=delivered)
                break
            except BufferError:
                producer.poll(0.1)
        if index % 1000 == 0:
            producer.poll(0)


def backlog(count):
    send(0, count, lambda index: BOOT_MS + index * BACKLOG_MS // count)
    return count


def steady(rate, seconds):
    began = time.monotonic()
    sent = 0
    while sent < rate * seconds:
        due = min(int((time.monotonic() - began) * rate) + 1, rate * seconds)
        now = time.time_ns() // 1_000_000
        send(sent, due, lambda _index: now)
        producer.poll(0)
        sent = due
        time.sleep(TICK_SECONDS)
    return sent


began = time.monotonic()
sent = backlog(*map(int, numbers)) if mode == "backlog" else steady(*map(int, numbers))
producer.flush()
if failures:
    sys.exit(f"{failures} of {sent} messages were not acknowledged")
print(json.dumps({"sent": sent, "seconds": time.monotonic() - began}))
