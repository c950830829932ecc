"""Runs exported plans in ONNX Runtime on the test images and puts the figures beside those in the store."""

import argparse
import gzip
import json
import sqlite3
import subprocess
import tempfile
from pathlib import Path

import numpy
import onnx
import onnxruntime

parser = argparse.ArgumentParser()
parser.add_argument("--centroid", required=True, help="the command")
parser.add_argument("--store", required=True)
parser.add_argument("--model", required=True, help="its name in the store")
parser.add_argument("--data", required=True, help="folder of CIFAR or MNIST test images")
parser.add_argument("--batch", type=int, default=500)
options = parser.parse_args()


def content(path):
    data = Path(path).read_bytes()
    return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data


def test_images(folder):
    """Bytes, images x channels x height x width, and labels."""
    idx = sorted(Path(folder).glob("t10k-*-idx*"))
    if idx:
        pixels, labels = (content(path) for path in idx)
        count, height, width = numpy.frombuffer(pixels, ">u4", 3, 4)
        return numpy.frombuffer(pixels, "u1", offset=16).reshape(count, 1, height, width), numpy.frombuffer(
            labels, "u1", offset=8)
    records = numpy.frombuffer(content(next(Path(folder).glob("test*.bin*"))), "u1").reshape(-1, 3073)
    return records[:, 1:].reshape(-1, 3, 32, 32), records[:, 0]


def stored(key):
    """Correct, escaped and the class of each image (-1: escaped) of the plan's test evaluation."""
    with sqlite3.connect(f"file:{options.store}?mode=ro", uri=True) as database:
        row = database.execute(
            "SELECT correct, escaped, predictions FROM evaluations JOIN plans ON plans.id = evaluations.plan "
            "WHERE plans.key = ? AND split = 'test' AND mode = 'clear' ORDER BY images DESC", [key]).fetchone()
    return None if row is None else (row[0], row[1], numpy.frombuffer(row[2], "<i2", offset=1))


def plans():
    with sqlite3.connect(f"file:{options.store}?mode=ro", uri=True) as database:
        return database.execute(
            "SELECT plans.name, plans.key FROM plans JOIN models ON models.id = plans.model WHERE models.name = ? "
            "ORDER BY plans.id", [options.model]).fetchall()


def run(path, pixels):
    """The class and whether all logits are finite, by image, and how many nodes there are."""
    network = onnx.load(path)
    onnx.checker.check_model(network, full_check=True)
    numbers = json.loads({pair.key: pair.value for pair in network.metadata_props}["centroid.preprocessing"])
    mean, std = (numpy.array(numbers[name]).reshape(1, -1, 1, 1) for name in ("mean", "std"))
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    logits = []
    for start in range(0, len(pixels), options.batch):
        part = (pixels[start:start + options.batch] * numbers["scale"] - mean) / std
        logits.append(session.run(None, {name: part.astype(numpy.float32)})[0])
    logits = numpy.concatenate(logits)
    return logits.argmax(axis=1), numpy.isfinite(logits).all(axis=1), len(network.graph.node)


pixels, labels = test_images(options.data)
print(f"onnx {onnx.__version__}, ONNX Runtime {onnxruntime.__version__}, {len(labels)} test images, {options.model}\n")
print("| plan | nodes | ONNX Runtime | of those that did not escape | Centroid | escaped | same class, not escaped |")
print("|---|---|---|---|---|---|---|")
with tempfile.TemporaryDirectory() as folder:
    for name, key in plans():
        figures = stored(key)
        if figures is None:
            continue
        correct, escaped, classes = figures
        path = f"{folder}/{key[:12]}.onnx"
        subprocess.run(
            [options.centroid, "export", options.model, "--plan", key, "--out", path, "--store", options.store],
            check=True, stdout=subprocess.DEVNULL)
        seen, finite, nodes = run(path, pixels)
        kept = classes >= 0
        right = (seen == labels) & finite
        print(
            f"| {name} | {nodes} | {right.sum():,} / {len(labels):,} | {(right & kept).sum():,} | {correct:,} | {escaped:,} "
            f"| {(seen == classes)[kept].sum():,} / {kept.sum():,} |", flush=True)
