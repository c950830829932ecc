"""Reads the CIFAR-10 training split with Python's gzip and NumPy."""

import argparse
import gzip
import json
import time
from pathlib import Path

import numpy

parser = argparse.ArgumentParser()
parser.add_argument("--data", required=True)
options = parser.parse_args()

started = time.perf_counter()
files = sorted(path for path in Path(options.data).glob("*.bin.gz") if "test" not in path.name)
records = numpy.concatenate([
    numpy.frombuffer(gzip.decompress(path.read_bytes()), numpy.uint8).reshape(-1, 3073) for path in files
])
print(json.dumps({"seconds": time.perf_counter() - started, "images": len(records)}))
