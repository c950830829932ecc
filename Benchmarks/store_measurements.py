"""The store and its queue: rates, queries on a large store, an idle worker, and the way back after kill -9.

All stores are written with synchronous NORMAL and a write-ahead log, Optuna's too.
"""

import json
import signal
import sqlite3
import subprocess
import tempfile
import time
from pathlib import Path

from measuring import BENCH, CENTROID, ROOT, best, ours, peer


def drain(scratch, processes, batch, jobs, watched=False):
    """Jobs per second from the claim of the first to the end of the last; `batch` are claimed at a time.

    With `watched`, `centroid status --watch` looks on from before the first to after the last.
    """
    store, start = scratch / f"drain-{time.monotonic_ns()}.db", scratch / f"start-{time.monotonic_ns()}"
    ours("queue", "enqueue", "--store", store, "--jobs", jobs)
    command = [BENCH, "queue", "drain", "--store", store, "--batch", str(batch), "--start", start]
    workers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(processes)]
    viewer = [CENTROID, "status", "--watch", "--store", store]
    looking = subprocess.Popen(viewer, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) if watched else None
    time.sleep(0.5)
    start.touch()
    results = [json.loads(worker.communicate()[0]) for worker in workers]
    if looking and (looking.wait(timeout=10) != 0 or "error" in looking.stderr.read()):
        raise SystemExit("bench: the viewer met an error")
    if sum(result["jobs"] for result in results) != jobs:
        raise SystemExit(f"bench: {jobs} jobs were enqueued and {results} done")
    return {"jobs_per_second": jobs / max(result["seconds"] for result in results)}


def queue(options):
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        runs = [ours("queue", "enqueue", "--store", scratch / f"enqueue-{i}.db", "--jobs", 100_000)
                for i in range(options.repeats)]
        yield {"what": "enqueue of 100,000 jobs", "unit": "s", "peer": None, "ours": best(runs, "seconds"), "limit": 3.0}
        for processes in (1, 4):
            for batch in (1, 16):
                runs = [drain(scratch, processes, batch, 10_000) for _ in range(options.repeats)]
                yield {
                    "what": f"claim {batch}, finish one by one, {processes} process{'es' if processes > 1 else ''}",
                    "unit": "jobs/s", "peer": None, "ours": best(runs, "jobs_per_second", smaller=False),
                }
        for processes in (1, 4):
            trials = 1000
            mine, theirs = [], []
            for i in range(min(options.repeats, 3)):
                mine.append(drain(scratch, processes, 1, 10_000))
                theirs.append(peer("queue_optuna", "--store", scratch / f"optuna-{processes}-{i}.db",
                                   "--trials", trials, "--processes", processes))
            speed = best(mine, "jobs_per_second", smaller=False)
            other = best(theirs, "jobs_per_second", smaller=False)
            yield {
                "what": f"empty jobs one by one, {processes} process{'es' if processes > 1 else ''}", "unit": "jobs/s",
                "peer": "Optuna on SQLite, WAL, synchronous NORMAL", "ours": speed, "theirs": other,
                "ratio": speed / other, "target": 20.0,
            }


def watch(options):
    """What a viewer costs four workers over some minutes."""
    rates = {}
    with tempfile.TemporaryDirectory() as folder:
        for watched in (False, True):
            rates[watched] = drain(Path(folder), 4, 1, 300_000, watched)["jobs_per_second"]
    yield {"what": "300,000 empty jobs, 4 processes, beside `status --watch`", "unit": "jobs/s",
           "peer": "the same without a viewer", "ours": rates[True], "theirs": rates[False],
           "ratio": rates[True] / rates[False], "target": 0.9}


def store(options):
    count = 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        figures = ours("store", "--store", Path(folder) / "large.db", "--approximations", count,
                       "--repeats", options.repeats)
    for name, key in (("best", "best_ms"), ("best --by rmse", "best_by_error_ms"), ("status", "status_ms")):
        yield {"what": f"{name} on {count:,} approximations", "unit": "ms", "peer": None, "ours": figures[key],
               "limit": 50.0}
    yield {"what": f"digest of {figures['rows']:,.0f} results", "unit": "s", "peer": None,
           "ours": figures["digest_seconds"]}


def centroid(scratch, *arguments):
    subprocess.run([CENTROID, *map(str, arguments), "--store", scratch / "centroid.db"], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def start_worker(scratch, *arguments):
    return subprocess.Popen([CENTROID, "work", *arguments, "--store", scratch / "centroid.db"],
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def children(process):
    """The processes that `process` started, whichever of its threads did it."""
    lists = [Path(task, "children").read_text() for task in Path(f"/proc/{process}/task").iterdir()]
    return [int(child) for child in " ".join(lists).split()]


def resident(process):
    """Resident memory in MB."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))


def idle(options):
    """Resident memory of a supervisor and of a worker process of its that have nothing to do."""
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        centroid(scratch, "init")
        supervisor = start_worker(scratch, "--watch", "--workers", "2")
        try:
            time.sleep(5)
            workers = children(supervisor.pid)
            if len(workers) != 2:
                raise SystemExit(f"bench: 2 worker processes were asked for and {len(workers)} run")
            figures = {"a worker process": max(map(resident, workers)), "its supervisor": resident(supervisor.pid)}
        finally:
            supervisor.send_signal(signal.SIGTERM)
            supervisor.wait()
    for name, megabytes in figures.items():
        yield {"what": f"resident memory of {name}, idle", "unit": "MB", "peer": None, "ours": megabytes}


def leases(database):
    return dict(database.execute("SELECT id, token FROM jobs WHERE state = 'leased'").fetchall())


def wait_until(condition, what, seconds=60):
    limit = time.perf_counter() + seconds
    while not condition():
        if time.perf_counter() > limit:
            raise SystemExit(f"bench: {what} took more than {seconds} s")
        time.sleep(0.002)


def recovered(database, lost):
    """Whether nobody holds any of the `lost` jobs under its old token."""
    held = leases(database)
    return all(held.get(job) != token for job, token in lost.items())


def recovery(options):
    """Time from the start of a new worker until no job is left that a killed one holds: leased again, or ready."""
    runs = []
    for _ in range(options.repeats):
        with tempfile.TemporaryDirectory() as folder:
            scratch = Path(folder)
            centroid(scratch, "init")
            centroid(scratch, "data", "add", "digits", "--built-in")
            centroid(scratch, "model", "add", ROOT / "Models/lenet5-digits.onnx",
                     "--preprocess", ROOT / "Models/lenet5-digits.json", "--name", "lenet")
            centroid(scratch, "sweep", "lenet", "--degrees", "2...7")
            with sqlite3.connect(scratch / "centroid.db", timeout=10) as database:
                worker = start_worker(scratch, "--workers", "2")
                try:
                    wait_until(lambda: leases(database), "the first claim")
                    worker.kill()
                    worker.wait()
                    lost = leases(database)
                    started = time.perf_counter()
                    worker = start_worker(scratch, "--workers", "2")
                    wait_until(lambda: recovered(database, lost), "the recovery")
                    runs.append({"seconds": time.perf_counter() - started})
                finally:
                    worker.kill()
                    worker.wait()
    yield {"what": "after kill -9: a new worker has taken back every lost job", "unit": "s", "peer": None,
           "ours": best(runs, "seconds")}


MEASUREMENTS = {"queue": queue, "watch": watch, "store": store, "idle": idle, "recovery": recovery}
