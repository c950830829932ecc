"""The seed's fit with scikit-learn: KMeans of (x, ReLU(x)), then the polynomial through the centroids."""

import argparse
import json
import time

import numpy
from sklearn.cluster import KMeans

parser = argparse.ArgumentParser()
parser.add_argument("--values", required=True)
parser.add_argument("--degree", type=int, required=True)
parser.add_argument("--restarts", type=int, required=True)
options = parser.parse_args()

values = numpy.fromfile(options.values, numpy.float32)
started = time.perf_counter()
points = numpy.stack([values, numpy.maximum(values, 0)], axis=1)
means = KMeans(options.degree + 1, n_init=options.restarts, random_state=1).fit(points)
numpy.polynomial.Polynomial.fit(means.cluster_centers_[:, 0], means.cluster_centers_[:, 1], options.degree)
seconds = time.perf_counter() - started

# In double precision: scikit-learn sums ten million single-precision distances and is 0.8 % off.
centers = means.cluster_centers_.astype(numpy.float64)
inertia = 0.0
for part in numpy.array_split(points, 20):
    distances = ((part[:, None, :].astype(numpy.float64) - centers) ** 2).sum(axis=2)
    inertia += float(distances.min(axis=1).sum())
print(json.dumps({"seconds": seconds, "inertia": inertia}))
