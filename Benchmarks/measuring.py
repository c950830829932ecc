"""How measurements are taken: ours and the peers' programs in processes of their own, each answering with JSON."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BENCH = ROOT / ".build/release/centroid-bench"
CENTROID = ROOT / ".build/release/centroid"
THREADS = 2


def folder(variable, default):
    return Path(os.environ.get(variable) or (ROOT / ".." / "shared" / default)).resolve()


DATA = folder("CENTROID_DATA", "data")
MODELS = folder("CENTROID_MODELS", "models")


def ours(*arguments):
    """What `centroid-bench` measured, as a dictionary."""
    return json.loads(subprocess.run([BENCH, *map(str, arguments)], check=True, capture_output=True, text=True).stdout)


def peer(name, *arguments):
    """What a peer's script measured, in a process of its own."""
    script = ROOT / "Benchmarks/peers" / f"{name}.py"
    command = [sys.executable, str(script), *map(str, arguments)]
    environment = {**os.environ, "OMP_NUM_THREADS": str(THREADS)}
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout)


def best(runs, key, smaller=True):
    return (min if smaller else max)(run[key] for run in runs)
