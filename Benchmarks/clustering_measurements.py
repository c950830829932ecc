"""Ways to the d + 1 points of the seed's method as the points grow: k-means, agglomerative clustering, support vectors."""

import math
import statistics
import tempfile
from pathlib import Path

from measuring import DATA, MODELS, ours, peer

MODEL, DATASET, LAYER, IMAGES = "resnet20-cifar10", "cifar10", 9, 100
DEGREES = (2, 4)
COUNTS = (500, 1000, 2000, 4000, 8000, 16_000, 32_000)
# Growth is read where the constants of small problems matter less.
GROWING = 2000
RESTARTS = 10
# What the distances of all pairs may take, in bytes: agglomerative clustering holds n (n - 1) / 2 of them.
MOST_BYTES = 2**30
PEERS = {"agglomerative": "agglomerative (Ward)", "support-vectors": "support vectors (SVR)",
         "k-means": "k-means on all points"}


def fits_memory(method, count):
    return method != "agglomerative" or 8 * count * (count - 1) // 2 <= MOST_BYTES


def exponent(runs):
    """Slope of log seconds over log points."""
    grown = [(math.log(count), math.log(run["seconds"])) for count, run in runs.items() if count >= GROWING]
    return statistics.linear_regression(*zip(*grown)).slope if len(grown) > 1 else None


def details(own, theirs):
    head = ["points"] + ["k-means (ours)", "RMSE"] + [cell for name in theirs for cell in (PEERS[name], "RMSE")]
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    methods = [own, *theirs.values()]
    for count in COUNTS:
        cells = [cell for runs in methods for cell in
                 ((f"{runs[count]['seconds']:.4g} s", f"{runs[count]['error']:.4f}") if count in runs else ("-", "-"))]
        lines.append(f"| {count:,} | " + " | ".join(cells) + " |")
    slopes = [exponent(runs) for runs in methods]
    cells = [cell for slope in slopes for cell in ("-" if slope is None else f"n^{slope:.2f}", "")]
    lines.append(f"| growth from {GROWING:,} on | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def compare(values, total, degree, repeats):
    def arguments(count):
        return ["--values", values, "--count", count, "--degree", degree, "--restarts", RESTARTS, "--repeats", repeats]

    own = {count: ours("clustering", *arguments(count)) for count in COUNTS}
    theirs = {
        method: {count: peer("clustering_sklearn", "--method", method, *arguments(count)) for count in COUNTS
                 if fits_memory(method, count)}
        for method in PEERS
    }
    for index, (method, runs) in enumerate(theirs.items()):
        count = max(runs)
        seconds = own[count]["seconds"], runs[count]["seconds"]
        row = {
            "what": f"polynomial of degree {degree} from {count:,} of {total:,} activations, {MODEL} layer {LAYER}",
            "unit": "s", "peer": f"{PEERS[method]}, scikit-learn {runs[count]['version']}", "ours": seconds[0],
            "theirs": seconds[1], "ratio": seconds[1] / seconds[0], "restarts": RESTARTS, "repeats": repeats,
            "method": method, "degree": degree, "by_points": runs, "exponent": exponent(runs),
        }
        if index == 0:
            row |= {"details": details(own, theirs), "ours_by_points": own, "ours_exponent": exponent(own)}
        yield row


def clusterings(options):
    with tempfile.TemporaryDirectory() as scratch:
        values = Path(scratch) / "activations.f32"
        written = ours("activations", "--model", MODELS / f"{MODEL}.onnx", "--preprocess", MODELS / f"{MODEL}.json",
                       "--data", DATA / DATASET, "--layer", LAYER, "--images", IMAGES, "--out", values)
        for degree in DEGREES:
            yield from compare(values, int(written["count"]), degree, options.repeats)


MEASUREMENTS = {"clusterings": clusterings}
