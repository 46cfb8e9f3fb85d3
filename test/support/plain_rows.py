"""Rows of the table of observations as JSON that loses nothing; see sample-rows.ts."""

import struct

LONGS = ("boot", "seq", "kafka_offset")
TIMES = ("timestamp", "kafka_timestamp")


def double_digits(value):
    return struct.pack(">d", value).hex()


def double_of(digits):
    return struct.unpack(">d", bytes.fromhex(digits))[0]


def plain(row):
    """`row`: long numbers and times (microseconds since 1970) as whole numbers."""
    return {
        **row,
        **{name: str(row[name]) for name in LONGS + TIMES},
        "value": double_digits(row["value"]),
    }


def parsed(row):
    """What `plain` was made of."""
    return {
        **row,
        **{name: int(row[name]) for name in LONGS + TIMES},
        "value": double_of(row["value"]),
    }
