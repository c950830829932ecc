"""Runs Centroid's hot paths and their peers in turn on this machine and prints the ratios.

Usage: Benchmarks/run [--only sweep,inference,train,guided,fit,degrees,check,read,queue,watch,store,idle,recovery,search,
                              clusterings]
                      [--repeats 5] [--out FILE.json]

Ours and the peers' runs alternate, so that a busy machine slows both; the best of the repeats counts for each.
`search` takes half an hour and `clusterings` some minutes: they are measured only where they are named.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import clustering_measurements
import search_measurements
import store_measurements
from measuring import CENTROID, DATA, MODELS, ROOT, THREADS, best, ours, peer


def inference(options):
    model, preprocess = MODELS / "resnet20-cifar10.onnx", MODELS / "resnet20-cifar10.json"
    arguments = ["--model", model, "--images", 2560, "--threads", THREADS]
    runs = {"centroid": [], "torch": [], "onnxruntime": []}
    for _ in range(options.repeats):
        runs["centroid"].append(ours("inference", *arguments, "--preprocess", preprocess, "--data", DATA / "cifar10"))
        for name in ("torch", "onnxruntime"):
            runs[name].append(peer(f"inference_{name}", *arguments, "--batch", 128))
    speed = {name: best(results, "images_per_second", smaller=False) for name, results in runs.items()}
    for name, label, target in (("torch", "PyTorch CPU", 2.0), ("onnxruntime", "ONNX Runtime", 1.0)):
        yield {
            "what": f"ResNet-20 inference, {THREADS} threads, batch 128", "unit": "images/s", "peer": label,
            "ours": speed["centroid"], "theirs": speed[name], "ratio": speed["centroid"] / speed[name], "target": target,
        }


def train(options):
    model, preprocess = MODELS / "resnet20-cifar10.onnx", MODELS / "resnet20-cifar10.json"
    kinds = [
        ("training step (Adam)", [], []),
        ("training step from scratch (batch normalisation, SGD)", ["--scratch", "resnet20"], ["--normalised"]),
    ]
    for threads in (1, THREADS):
        arguments = ["--model", model, "--batch", 128, "--steps", 8, "--threads", threads]
        for name, mine_only, theirs_only in kinds:
            mine, theirs = [], []
            for _ in range(options.repeats):
                mine.append(
                    ours("train", *arguments, *mine_only, "--preprocess", preprocess, "--data", DATA / "cifar10"))
                theirs.append(peer("train_torch", *arguments, *theirs_only))
            speed = [best(runs, "images_per_second", smaller=False) for runs in (mine, theirs)]
            yield {
                "what": f"ResNet-20 {name}, {threads} thread{'s' * (threads > 1)}, batch 128",
                "unit": "images/s", "peer": "PyTorch CPU", "ours": speed[0], "theirs": speed[1],
                "ratio": speed[0] / speed[1], "target": 1.5,
            }


def guided(options):
    model, preprocess = MODELS / "resnet20-cifar10.onnx", MODELS / "resnet20-cifar10.json"
    images, rows, steps = 2000, 65_536, 10
    arguments = ["--model", model, "--preprocess", preprocess, "--data", DATA / "cifar10", "--degree", 2, "--images",
                 images, "--rows", rows, "--steps", steps, "--threads", THREADS]
    # The peer's last layer is a regression.
    mine = [ours("guided", *arguments, "--head-steps", 0) for _ in range(min(options.repeats, 3))]
    theirs = [peer("guided_torch", *arguments)]
    yield {
        "what": f"guided pass of ResNet-20, degree 2, {images:,} images, {rows:,} rows, {steps} joint steps, no head steps",
        "unit": "s",
        "peer": "the same steps in PyTorch", "ours": best(mine, "seconds"), "theirs": best(theirs, "seconds"),
        "ratio": best(theirs, "seconds") / best(mine, "seconds"), "target": 5.0,
        "agreeing": f"{theirs[0]['agreeing']} of {theirs[0]['images']} calibration images in PyTorch",
    }


def fit(options):
    with tempfile.TemporaryDirectory() as scratch:
        values = Path(scratch) / "activations.f32"
        count, degree, restarts = 10_000_000, 2, 10
        peer("activations", "--count", count, "--out", values)
        arguments = ["--values", values, "--degree", degree, "--restarts", restarts]
        mine = [ours("fit", *arguments, "--threads", THREADS) for _ in range(options.repeats)]
        theirs = [peer("fit_sklearn", *arguments)]
    yield {
        "what": f"centroid fit of degree {degree} from {count:,} activations, n_init {restarts}", "unit": "s",
        "peer": "scikit-learn KMeans", "ours": best(mine, "seconds"), "theirs": best(theirs, "seconds"),
        "ratio": best(theirs, "seconds") / best(mine, "seconds"), "target": 100.0,
        "inertia": {"ours": mine[0]["inertia"], "theirs": theirs[0]["inertia"],
                    "excess": mine[0]["inertia"] / theirs[0]["inertia"] - 1},
    }


def degrees(options):
    with tempfile.TemporaryDirectory() as scratch:
        values = Path(scratch) / "activations.f32"
        peer("activations", "--count", 1_000_000, "--out", values)
        mine = [ours("degrees", "--values", values, "--first", 2, "--last", 15) for _ in range(options.repeats)]
    yield {
        "what": "degrees 2...15 of one layer with least-squares, minimax and hermite", "unit": "s", "peer": None,
        "ours": best(mine, "seconds"), "limit": 0.1,
    }


def check(options):
    arguments = ["--model", MODELS / "lenet5-mnist.onnx", "--images", 8, "--threads", THREADS]
    runs = [ours("check", *arguments) for _ in range(options.repeats)]
    mine, theirs = best(runs, "seconds"), best(runs, "primitives")
    yield {
        "what": f"LeNet-5 at degree 2 encrypted, 8 images, {THREADS} threads", "unit": "s",
        "peer": "OpenFHE's calls alone", "ours": mine, "theirs": theirs, "ratio": theirs / mine, "target": 1 / 1.3,
    }


def read(options):
    mine = [ours("read", "--data", DATA / "cifar10") for _ in range(options.repeats)]
    theirs = [peer("read_numpy", "--data", DATA / "cifar10") for _ in range(options.repeats)]
    yield {
        "what": f"reading {mine[0]['images']:,} CIFAR images (.gz)", "unit": "s", "peer": "Python gzip + NumPy",
        "ours": best(mine, "seconds"), "theirs": best(theirs, "seconds"),
        "ratio": best(theirs, "seconds") / best(mine, "seconds"), "limit": 1.5,
    }


def sweep(options):
    with tempfile.TemporaryDirectory() as scratch:
        store = f"{scratch}/bench.db"

        def centroid(*arguments):
            subprocess.run([CENTROID, *map(str, arguments), "--store", store], check=True,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

        centroid("init")
        centroid("data", "add", "cifar10", "--path", DATA / "cifar10")
        centroid("model", "add", MODELS / "resnet20-cifar10.onnx", "--preprocess", MODELS / "resnet20-cifar10.json")
        command = ["run", "resnet20-cifar10", "--degrees", "2...7", "--fitters", "centroid,least-squares",
                   "--images", "5000", "--workers", str(THREADS), "--fit-only", "--store", store]
        started = time.perf_counter()
        process = subprocess.Popen([CENTROID, *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        # wait4 reports the memory of this process alone.
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
    if status != 0:
        sys.exit(f"bench: centroid {' '.join(command)} failed with status {status}")
    peak = usage.ru_maxrss / 1024
    yield {
        "what": "sweep of ResNet-20: capture on 5,000 images + 228 fits", "unit": "s", "peer": None,
        "ours": seconds, "limit": 60.0, "peak_memory_mb": peak,
    }


MEASUREMENTS = {"sweep": sweep, "inference": inference, "train": train, "guided": guided, "fit": fit,
                "degrees": degrees, "check": check, "read": read, **store_measurements.MEASUREMENTS}
LONG = {**search_measurements.MEASUREMENTS, **clustering_measurements.MEASUREMENTS}


def table(rows):
    lines = ["| what | ours | peer | theirs | ratio | target |", "|---|---|---|---|---|---|"]
    for row in rows:
        theirs = "-" if row["peer"] is None else f"{row['theirs']:.4g} {row['unit']}"
        ratio = "-" if row["peer"] is None else f"{row['ratio']:.2f}x"
        target = f">= {row['target']:g}x" if "target" in row else "-"
        if "limit" in row:
            target = f"<= {row['limit']:g} {row['unit']}"
        memory = f", peak {row['peak_memory_mb']:.0f} MB" if "peak_memory_mb" in row else ""
        inertia = f", inertia {row['inertia']['excess']:+.4%}" if "inertia" in row else ""
        ours_cell = f"{row['ours']:.4g} {row['unit']}{memory}{inertia}"
        lines.append(f"| {row['what']} | {ours_cell} | {row['peer'] or '-'} | {theirs} | {ratio} | {target} |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description="Centroid beside its peers.")
    parser.add_argument("--only", default=",".join(MEASUREMENTS), help="comma-separated measurements")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--out", help="also write the figures as JSON")
    options = parser.parse_args()
    known = {**MEASUREMENTS, **LONG}
    unknown = [name for name in options.only.split(",") if name not in known]
    if unknown:
        parser.error(f"unknown measurement {', '.join(unknown)}; choose from {', '.join(known)}")
    if not (DATA / "cifar10").is_dir() or not MODELS.is_dir():
        parser.error(f"data or models missing: {DATA}, {MODELS}; set CENTROID_DATA and CENTROID_MODELS")
    rows = [row for name in options.only.split(",") for row in known[name](options)]
    print(table(rows))
    for row in rows:
        if "details" in row:
            print(f"\n{row['what']}\n\n{row['details']}")
    if options.out:
        commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
        report = {"commit": commit, "machine": platform.machine(), "cores": os.cpu_count(), "rows": rows}
        Path(options.out).write_text(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
