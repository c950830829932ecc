"""Runs empty trials on Optuna's SQLite storage: what a trial costs before anything is computed in it."""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

import optuna
import sqlalchemy

parser = argparse.ArgumentParser()
parser.add_argument("--store", required=True)
parser.add_argument("--trials", type=int, required=True)
parser.add_argument("--processes", type=int, default=1)
parser.add_argument("--worker", action="store_true")
options = parser.parse_args()
optuna.logging.set_verbosity(optuna.logging.ERROR)


@sqlalchemy.event.listens_for(sqlalchemy.engine.Engine, "connect")
def configure(connection, record):
    # The same promise to the disk as ours: a write-ahead log that is flushed at checkpoints.
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")


storage = optuna.storages.RDBStorage(
    f"sqlite:///{options.store}", engine_kwargs={"connect_args": {"timeout": 60}}, skip_compatibility_check=True,
)

if options.worker:
    study = optuna.load_study(study_name="empty", storage=storage, sampler=optuna.samplers.RandomSampler(seed=1))
    print("ready", flush=True)
    sys.stdin.readline()
    study.optimize(lambda trial: 0.0, n_trials=options.trials)
    sys.exit()

optuna.create_study(study_name="empty", storage=storage)
command = [sys.executable, __file__, "--store", options.store, "--trials", str(options.trials // options.processes),
           "--worker"]
workers = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
           for _ in range(options.processes)]
for worker in workers:
    worker.stdout.readline()
started = time.perf_counter()
for worker in workers:
    worker.stdin.write("go\n")
    worker.stdin.flush()
failed = [worker.wait() for worker in workers]
seconds = time.perf_counter() - started
if any(failed):
    sys.exit(f"optuna workers failed: {failed}")
done = len(optuna.load_study(study_name="empty", storage=storage).get_trials(deepcopy=False))
print(json.dumps({"seconds": seconds, "jobs": done, "jobs_per_second": done / seconds,
                  "bytes": Path(options.store).stat().st_size}))
