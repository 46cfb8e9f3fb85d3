"""Reads a Delta table with delta-rs and prints its version, and each row as JSON on a line of its own."""

import base64
import json
import os
import sys
from datetime import datetime

from deltalake import DeltaTable


def plain(value):
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value


table = DeltaTable(sys.argv[1])
print(json.dumps({"version": table.version()}))
for batch in table.to_pyarrow_dataset().to_batches():
    for row in batch.to_pylist():
        print(json.dumps({name: plain(value) for name, value in row.items()}))

# pyarrow's threads may still be there, and the interpreter's own way out sometimes aborts over them.
sys.stdout.flush()
os._exit(0)
