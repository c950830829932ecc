"""Searches plans with Optuna's multi-objective TPE (levels, agreement), each trial evaluated by `centroid-bench search`.

It begins with the uniform plans, as Centroid's own search does, knows the levels of a plan before it is tried, and pays
nothing for plans beyond the limit or for one that it proposes again. It goes on until it has had both the evaluations and the
seconds, so that the front can be read at either.
"""

import argparse
import json
import subprocess
import time
import warnings

import optuna

parser = argparse.ArgumentParser()
parser.add_argument("--bench", required=True, help="centroid-bench")
parser.add_argument("--store", required=True)
parser.add_argument("--model", required=True)
parser.add_argument("--seed", type=int, required=True)
parser.add_argument("--evaluations", type=int, required=True)
parser.add_argument("--seconds", type=float, required=True)
options = parser.parse_args()
optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)

bench = subprocess.Popen([options.bench, "search", "--store", options.store, "--model", options.model],
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def answer():
    line = bench.stdout.readline()
    if not line:
        raise SystemExit(f"search_optuna: centroid-bench ended with status {bench.wait()}")
    return json.loads(line)


space = answer()
layers, limit = space["options"], space["limit"]


def evaluate(plan):
    bench.stdin.write(json.dumps(plan) + "\n")
    bench.stdin.flush()
    return answer()


def violation(trial):
    return (trial.user_attrs["levels"] - limit,)


sampler = optuna.samplers.TPESampler(seed=options.seed, multivariate=True, constraints_func=violation,
                                     n_startup_trials=max(4, options.evaluations // 4))
study = optuna.create_study(directions=["minimize", "maximize"], sampler=sampler)
for name in reversed(layers[0]):
    if all(name in names for names in layers):
        study.enqueue_trial({f"layer {layer}": names.index(name) for layer, names in enumerate(layers)})

tried, seconds, sampling, proposals = {}, 0.0, 0.0, 0
while len(tried) < options.evaluations or seconds < options.seconds:
    # Where hardly any plan is left, it proposes the same ones for ever.
    if proposals >= 50 * options.evaluations:
        break
    proposals += 1
    started = time.perf_counter()
    trial = study.ask()
    # Whole numbers rather than categories: TPE may then know that neighbouring degrees are alike.
    plan = tuple(trial.suggest_int(f"layer {layer}", 0, len(names) - 1) for layer, names in enumerate(layers))
    sampling += time.perf_counter() - started
    result = tried.get(plan) or evaluate(plan)
    trial.set_user_attr("levels", result["levels"])
    started = time.perf_counter()
    study.tell(trial, (result["levels"], result.get("agreement", 0.0)))
    sampling += time.perf_counter() - started
    if "agreement" in result and plan not in tried:
        tried[plan] = result
        seconds += result["seconds"]
bench.stdin.close()
if bench.wait() != 0:
    raise SystemExit(f"search_optuna: centroid-bench ended with status {bench.returncode}")
print(json.dumps({"seed": options.seed, "version": optuna.__version__, "proposals": proposals,
                  "sampling_seconds": sampling, "seconds": seconds,
                  "trials": [{"plan": plan, **result} for plan, result in tried.items()]}))
