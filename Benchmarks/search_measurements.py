"""Searches of plans beside Optuna's TPE: the same options, the same evaluator, the same number of trials or seconds."""

import json
import math
import statistics
import subprocess
import tempfile
from pathlib import Path

from measuring import BENCH, CENTROID, DATA, MODELS, peer

SEEDS = (0, 1, 2)
# Model, data set, degrees, levels at most (None: as many as the degrees can take), trials.
SEARCHES = (
    ("lenet5-mnist", "mnist", "2,3,4,5,6", None, 24),
    ("resnet20-cifar10", "cifar10", "2,4", 58, 24),
)


def run(store, *arguments):
    """What a command of Centroid's prints."""
    command = [CENTROID, *map(str, arguments), "--store", store]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"bench: centroid {' '.join(map(str, arguments))} failed: {done.stderr}")
    return done.stdout


def within(trials, budget):
    """The best agreement of the plans that a budget affords."""
    return max((trial["agreement"] for trial in trials if trial["levels"] <= budget), default=0.0)


def until(trials, seconds):
    """No trial begins when those before have taken so long."""
    taken, chosen = 0.0, []
    for trial in trials:
        if taken >= seconds:
            break
        chosen.append(trial)
        taken += trial["seconds"]
    return chosen


def percent(share):
    return 100 * share


def front(budgets, own, theirs):
    """Agreement in per cent at each budget: ours, and the peer's for each seed."""
    lines = ["| levels | dp | " + " | ".join(f"TPE, seed {seed}" for seed in SEEDS) + " |", "|---" * (2 + len(SEEDS)) + "|"]
    for budget in budgets:
        row = [own, *theirs]
        lines.append(f"| {budget} | " + " | ".join(f"{percent(within(trials, budget)):.1f}" for trials in row) + " |")
    return "\n".join(lines)


def compare(model, dataset, degrees, levels, evaluations, store):
    run(store, "init")
    run(store, "data", "add", dataset, "--path", DATA / dataset)
    run(store, "model", "add", MODELS / f"{model}.onnx", "--preprocess", MODELS / f"{model}.json")
    limit = [] if levels is None else ["--levels", levels]
    search = json.loads(run(store, "search", model, "--pareto", *limit, "--degrees", degrees, "--evaluations",
                            evaluations, "--finalists", 0, "--strategy", "dp", "--json"))
    own = [{"plan": trial["layers"], "levels": trial["levels"], "seconds": trial["preparation_seconds"],
            "agreement": trial["validation"]["agreeing"] / trial["validation"]["images"]} for trial in search["trials"]]
    seconds = sum(trial["seconds"] for trial in own)
    peers = [peer("search_optuna", "--bench", BENCH, "--store", store, "--model", model, "--seed", seed,
                  "--evaluations", len(own), "--seconds", seconds) for seed in SEEDS]
    # The plan of the fewest levels is the same for everybody.
    budgets = search["budgets"][1:]
    images = search["trials"][0]["validation"]["images"]
    for what, cut in ((f"{len(own)} trials", lambda trials: trials[:len(own)]),
                      (f"{seconds:.0f} s of trials", lambda trials: until(trials, seconds))):
        theirs = [cut(other["trials"]) for other in peers]

        def loss(trials):
            return statistics.fmean(percent(1 - within(trials, budget)) for budget in budgets)

        losses = [loss(trials) for trials in theirs]
        yield {
            "what": f"search of {model}, degrees {degrees}, {what}: decisions unlike the original's on {images:,} "
                    f"validation images, mean of {len(budgets)} budgets", "unit": "%",
            "peer": f"Optuna {peers[0]['version']} TPE, mean of {len(SEEDS)} seeds", "ours": loss(own),
            "theirs": statistics.fmean(losses), "ratio": statistics.fmean(losses) / loss(own) if loss(own) else math.inf, "target": 1.0,
            "losses_by_seed": losses, "trials": [len(trials) for trials in theirs],
            "sampling_seconds": [other["sampling_seconds"] for other in peers],
            "proposals": [other["proposals"] for other in peers],
            "details": front(budgets, own, theirs),
            "fronts": {"budgets": budgets, "dp": [within(own, budget) for budget in budgets],
                       "tpe": [[within(trials, budget) for budget in budgets] for trials in theirs]},
            "tried": {"dp": own, "tpe": theirs},
        }


def search(options):
    for model, *rest in SEARCHES:
        with tempfile.TemporaryDirectory() as scratch:
            yield from compare(model, *rest, Path(scratch) / "centroid.db")


MEASUREMENTS = {"search": search}
