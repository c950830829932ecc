"""The seed's fit of some of a layer's activations with other ways to the d + 1 points, from scikit-learn.

agglomerative   Ward's clustering of (x, ReLU(x)); the points are the means of the clusters.
support-vectors support-vector regression of ReLU(x) on x in units of their standard deviations (Gaussian kernel, C = 1,
                tube 0.1, gamma 'scale', as scikit-learn has them). Its support vectors, in the order of x, are cut into
                d + 1 groups of equal size; the middle one of each is a point. Where there are fewer than d + 1, the tube
                is halved.
k-means         Lloyd's on every point, as scikit-learn has it: what the product does on a histogram.
"""

import argparse
import json
import statistics
import time

import numpy
import sklearn
from sklearn.cluster import AgglomerativeClustering, KMeans
from sklearn.svm import SVR
from threadpoolctl import threadpool_limits

WARM_UP = 500


def agglomerative(points, count):
    labels = AgglomerativeClustering(count, linkage="ward").fit_predict(points)
    return numpy.stack([points[labels == label].mean(axis=0) for label in range(count)])


def k_means(points, count):
    return KMeans(count, n_init=options.restarts, random_state=1).fit(points).cluster_centers_


def support_vectors(points, count):
    scaled = points / points.std(axis=0)
    tube, vectors = 0.1, []
    while len(vectors) < count:
        vectors = SVR(epsilon=tube).fit(scaled[:, :1], scaled[:, 1]).support_
        tube /= 2
    ordered = points[vectors[numpy.argsort(points[vectors, 0])]]
    return numpy.stack([group[len(group) // 2] for group in numpy.array_split(ordered, count)])


METHODS = {"agglomerative": agglomerative, "support-vectors": support_vectors, "k-means": k_means}


def polynomial(values):
    chosen = METHODS[options.method](numpy.stack([values, numpy.maximum(values, 0)], axis=1), options.degree + 1)
    return numpy.polynomial.Polynomial.fit(chosen[:, 0], chosen[:, 1], options.degree)


parser = argparse.ArgumentParser()
parser.add_argument("--method", choices=METHODS, required=True)
parser.add_argument("--values", required=True)
parser.add_argument("--count", type=int, required=True)
parser.add_argument("--degree", type=int, required=True)
parser.add_argument("--restarts", type=int, required=True)
parser.add_argument("--repeats", type=int, required=True)
options = parser.parse_args()

everything = numpy.fromfile(options.values, numpy.float32).astype(numpy.float64)
sample = everything[:options.count]
seconds = []
# One thread, as Centroid's fit has.
with threadpool_limits(1):
    polynomial(sample[:WARM_UP])
    for _ in range(options.repeats):
        started = time.perf_counter()
        fitted = polynomial(sample)
        seconds.append(time.perf_counter() - started)
error = numpy.sqrt(numpy.mean((fitted(everything) - numpy.maximum(everything, 0)) ** 2))
print(json.dumps({"seconds": statistics.median(seconds), "error": float(error), "version": sklearn.__version__}))
