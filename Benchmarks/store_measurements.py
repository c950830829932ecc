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


def drain(scratch, processes, batch, jobs):
    """Jobs per second from the claim of the first to the end of the last."""
    store, start = scratch / f"drain-{time.monotonic_ns()}.db", scratch / f"start-{time.monotonic_ns()}"
    ours("queue", "enqueue", "--store", store, "--jobs", jobs)
    command = [BENCH, "queue", "drain", "--store", store, "--batch", str(batch), "--start", start]
    workers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(processes)]
    time.sleep(0.5)
    start.touch()
    results = [json.loads(worker.communicate()[0]) for worker in workers]
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
                    "what": f"claim + finish, {processes} process{'es' if processes > 1 else ''}, batch {batch}",
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


def idle(options):
    """Resident memory of a worker that has nothing to do."""
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        centroid(scratch, "init")
        worker = start_worker(scratch, "--watch", "--workers", "2")
        time.sleep(5)
        lines = Path(f"/proc/{worker.pid}/status").read_text().splitlines()
        worker.send_signal(signal.SIGTERM)
        worker.wait()
    memory = {name: int(value.split()[0]) / 1024 for name, value in (line.split(":", 1) for line in lines)
              if name in ("VmRSS", "VmHWM")}
    yield {"what": "resident memory of an idle worker", "unit": "MB", "peer": None, "ours": memory["VmRSS"]}


def leases(database):
    return dict(database.execute("SELECT id, token FROM jobs WHERE state = 'leased'").fetchall())


def recovery(options):
    """Time from the start of a new worker until every job that a killed one held is leased again, or done."""
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
                while not leases(database):
                    time.sleep(0.002)
                worker.kill()
                worker.wait()
                lost = leases(database)
                started = time.perf_counter()
                worker = start_worker(scratch, "--workers", "2")
                tokens = f"SELECT id, token FROM jobs WHERE id IN ({','.join(map(str, lost))})"
                while any(token == lost[job] for job, token in database.execute(tokens).fetchall()):
                    time.sleep(0.002)
                runs.append({"seconds": time.perf_counter() - started})
                worker.kill()
                worker.wait()
    yield {"what": "after kill -9: a new worker holds every lost job", "unit": "s", "peer": None,
           "ours": best(runs, "seconds")}


MEASUREMENTS = {"queue": queue, "store": store, "idle": idle, "recovery": recovery}
