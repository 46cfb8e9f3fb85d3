"""Reads a Delta table with delta-rs and prints its version, and each row as JSON on a line of its own."""

import json
import sys

from deltalake import DeltaTable

table = DeltaTable(sys.argv[1])
print(json.dumps({"version": table.version()}))
for batch in table.to_pyarrow_dataset().to_batches():
    for row in batch.to_pylist():
        for name in ("timestamp", "kafka_timestamp"):
            row[name] = row[name].isoformat(timespec="milliseconds").replace("+00:00", "Z")
        print(json.dumps(row))
