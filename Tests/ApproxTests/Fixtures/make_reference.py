"""Makes reference.json: what NumPy and scikit-learn find on the raw values of two samples.

    OMP_NUM_THREADS=1 python make_reference.py > reference.json     # numpy and scikit-learn; one thread for equal bits

The samples are not stored. Each value is made from five SplitMix64 draws by plain IEEE-754 arithmetic, which the Swift
tests repeat to the bit (Samples.swift). Made with numpy 2.4 and scikit-learn 1.9.
"""
import json

import numpy as np
from numpy.polynomial import chebyshev
from sklearn.cluster import KMeans

MASK = np.uint64


def units(seed, count):
    """The first `count` values of SplitMix64(seed) as doubles in [0, 1)."""
    with np.errstate(over="ignore"):
        z = MASK(seed) + np.arange(1, count + 1, dtype=np.uint64) * MASK(0x9E3779B97F4A7C15)
        z = (z ^ (z >> MASK(30))) * MASK(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> MASK(27))) * MASK(0x94D049BB133111EB)
        z = z ^ (z >> MASK(31))
    return (z >> MASK(11)).astype(np.float64) * 2.0**-53


def sample(seed, count, tail):
    """Float32 values: a bell of four uniforms, stretched where the fifth comes near 1 + `tail`."""
    u = units(seed, 5 * count).reshape(count, 5)
    bell = u[:, 0] + u[:, 1] + u[:, 2] + u[:, 3] - 2
    return (bell / (1 + tail - u[:, 4]) - 0.25).astype(np.float32)


def reference(name, seed, count, tail):
    x = sample(seed, count, tail).astype(np.float64)
    y = np.maximum(x, 0)
    low, high = x.min(), x.max()
    grid = np.linspace(-1, 1, 65)
    t = (2 * x - low - high) / (high - low)
    curves = {}
    for degree in range(2, 8):
        solution = np.linalg.lstsq(chebyshev.chebvander(t, degree), y, rcond=None)[0]
        curves[str(degree)] = chebyshev.chebval(grid, solution).tolist()
    inertia = {}
    points = np.stack([x, y], axis=1)
    for clusters in range(3, 9):
        fit = KMeans(clusters, n_init=10, max_iter=300, tol=0, random_state=0, algorithm="lloyd").fit(points)
        inertia[str(clusters)] = float(fit.inertia_)
    return {
        "name": name, "seed": seed, "count": count, "tail": tail,
        "minimum": low, "maximum": high, "mean": x.mean(), "variance": x.var(),
        "quantiles": {str(p): float(np.quantile(x, p)) for p in (0.001, 0.01, 0.25, 0.5, 0.75, 0.99, 0.999)},
        "leastSquares": curves, "inertia": inertia,
    }


print(json.dumps([
    reference("heavy tail", 1, 100_000, 0.02),
    reference("light tail", 2, 100_000, 2.0),
], indent=1))
