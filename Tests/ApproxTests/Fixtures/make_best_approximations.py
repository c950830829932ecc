"""Makes best_approximations.json: minimax polynomials, Hermite series and minimax signs in 40 digits.

    python make_best_approximations.py > best_approximations.json     # mpmath; some minutes

Minimax polynomials are found by exchanges with the barycentric formula on Lagrange bases, not on Chebyshev ones, and
proved by themselves: the script stops unless the largest error is within 1e-15 of the levelled error, below which no
polynomial can come (de la Vallee Poussin). Hermite coefficients are adaptive integrals, signs the same exchange in y = x
q(x^2). Made with mpmath 1.3.
"""
import json
import sys

from mpmath import chebyt, cos, erf, exp, factorial, inf, mp, mpf, pi, quad, sign, sqrt, tanh

mp.dps = 40

ACTIVATIONS = {
    "relu": (lambda x: max(x, mpf(0)), [0]),
    "leaky-relu": (lambda x: x if x >= 0 else x / 8, [0]),
    "sigmoid": (lambda x: 1 / (1 + exp(-x)), []),
    "tanh": (tanh, []),
    "silu": (lambda x: x / (1 + exp(-x)), []),
    "gelu": (lambda x: x * (1 + erf(x / sqrt(2))) / 2, []),
    "hard-swish": (lambda x: x * min(max(x / 6 + mpf(1) / 2, 0), 1), [-3, 3]),
}


def barycentric(nodes, values):
    """The polynomial through these points."""
    scale = 4 / (nodes[-1] - nodes[0])
    weights = []
    for i, x in enumerate(nodes):
        product = mpf(1)
        for j, other in enumerate(nodes):
            if i != j:
                product *= (x - other) * scale
        weights.append(1 / product)

    def polynomial(x):
        top = bottom = mpf(0)
        for node, weight, value in zip(nodes, weights, values):
            if x == node:
                return value
            share = weight / (x - node)
            top += share * value
            bottom += share
        return top / bottom

    return polynomial, weights


def levelled(reference, f):
    """The polynomial with equal alternating errors on the reference: its level by divided differences."""
    _, weights = barycentric(reference, reference)
    signs = [(-1) ** i for i in range(len(reference))]
    level = (sum(w * f(x) for w, x in zip(weights, reference)) / sum(w * s for w, s in zip(weights, signs)))
    values = [f(x) - s * level for x, s in zip(reference, signs)]
    return barycentric(reference[:-1], values[:-1])[0], abs(level)


def extremes(error, points):
    runs = []
    for index, x in enumerate(points):
        value = error(x)
        if runs and (value == 0 or sign(value) == sign(runs[-1][1])):
            if abs(value) > abs(runs[-1][1]):
                runs[-1] = (index, value)
        else:
            runs.append((index, value))
    found = []
    for index, value in runs:
        low, high = points[max(index - 1, 0)], points[min(index + 1, len(points) - 1)]
        best = (points[index], value)
        for _ in range(45):
            thirds = [low + (high - low) / 3, high - (high - low) / 3]
            values = [error(x) * sign(value) for x in thirds]
            if values[0] < values[1]:
                low = thirds[0]
            else:
                high = thirds[1]
            for x, v in zip(thirds, values):
                if v > abs(best[1]):
                    best = (x, v * sign(value))
        found.append(best)
    return found


def exchange(f, count, points, start):
    """Levelled polynomial and error for `count` coefficients on [points[0], points[-1]]."""
    reference = start
    for _ in range(60):
        polynomial, level = levelled(reference, f)
        found = extremes(lambda x: f(x) - polynomial(x), sorted(set(points + reference)))
        largest = max(abs(value) for _, value in found)
        if largest - level <= mpf(10) ** -15 * largest:
            return polynomial, largest
        while len(found) > count + 1:
            least = min(range(len(found)), key=lambda i: abs(found[i][1]))
            if 0 < least < len(found) - 1 and len(found) > count + 2:
                found[least - 1:least + 2] = [max(found[least - 1], found[least + 1], key=lambda p: abs(p[1]))]
            elif abs(found[0][1]) <= abs(found[-1][1]):
                found.pop(0)
            else:
                found.pop()
        reference = [x for x, _ in found]
    sys.exit(f"no convergence: {largest} {level}")


def chebyshev_points(low, high, count):
    return [low + (high - low) * (1 - cos(pi * mpf(i) / (count - 1))) / 2 for i in range(count)]


def minimax(name, low, high, degree):
    f, corners = ACTIVATIONS[name]
    low, high = mpf(low), mpf(high)
    points = chebyshev_points(low, high, 12 * (degree + 2)) + [mpf(c) for c in corners if low < c < high]
    if not corners:
        points += [s * mpf(2) ** (mpf(k) / 2) for s in (-1, 1) for k in range(-4, 20)
                   if low < s * mpf(2) ** (mpf(k) / 2) < high]
    # Not symmetric, so that the levelled error of even and odd functions is not 0.
    start = chebyshev_points(low, high, degree + 2)
    start = [start[0]] + [x + (high - low) / 997 / (degree + 2) ** 2 for x in start[1:-1]] + [start[-1]]
    polynomial, error = exchange(f, degree + 1, sorted(set(points)), start)
    values = [polynomial(low + (high - low) * i / 16) for i in range(17)]
    return {"activation": name, "lower": float(low), "upper": float(high), "degree": degree, "error": float(error),
            "values": [float(v) for v in values]}


def hermite(name, mean, deviation, degree):
    f, corners = ACTIVATIONS[name]
    mean, deviation = mpf(mean), mpf(deviation)

    def he(n, z):
        before, value = mpf(0), mpf(1)
        for k in range(n):
            before, value = value, z * value - k * before
        return value / sqrt(factorial(n))

    breaks = sorted({(mpf(x) - mean) / deviation for x in corners + [0, -1, 1, -4, 4, -16, 16]} | {mpf(z) for z in
                    range(-16, 17, 2)})
    breaks = [z for z in breaks if -16 <= z <= 16]
    coefficients = [quad(lambda z: f(mean + deviation * z) * he(n, z) * exp(-z * z / 2), breaks) / sqrt(2 * pi)
                    for n in range(degree + 1)]
    return {"activation": name, "mean": float(mean), "deviation": float(deviation),
            "coefficients": [float(c) for c in coefficients]}


def minimax_sign(degree, low, high):
    """The error of the best odd polynomial against 1 on [low, high]: x q(x^2), that is q against 1/x, weighted by x."""
    count = (degree + 1) // 2
    points = chebyshev_points(low, high, 24 * (count + 1))
    reference = chebyshev_points(low, high, count + 1)
    for _ in range(60):
        squares = [x * x for x in reference]
        _, weights = barycentric(squares, squares)
        signs = [(-1) ** i for i in range(count + 1)]
        # q(x^2) = (1 - s_i level) / x at the reference.
        level = sum(w / x for w, x in zip(weights, reference)) / sum(
            w * s / x for w, x, s in zip(weights, reference, signs))
        q, _ = barycentric(squares[:-1], [(1 - s * level) / x for x, s in zip(reference[:-1], signs)])
        found = extremes(lambda x: 1 - x * q(x * x), sorted(set(points + reference)))
        largest = max(abs(value) for _, value in found)
        if largest - abs(level) <= mpf(10) ** -15 * largest:
            return largest
        while len(found) > count + 1:
            found.pop(0 if abs(found[0][1]) <= abs(found[-1][1]) else -1)
        reference = [x for x, _ in found]
    sys.exit("no convergence of a sign")


def signs(degrees, gap):
    low, high, errors = mpf(gap), mpf(1), []
    for degree in degrees:
        error = minimax_sign(degree, low, high)
        errors.append(float(error))
        low, high = 1 - error, 1 + error
    return {"degrees": degrees, "gap": gap, "errors": errors}


print(json.dumps({
    "minimax": [minimax("relu", -1, 1, d) for d in range(2, 16)]
    + [minimax("relu", -3.75, 8.5, d) for d in (1, 2, 3, 7, 27)]
    + [minimax("relu", -1000, 1, 5), minimax("relu", -0.001, 0.001, 27), minimax("leaky-relu", -6, 2, 4)]
    + [minimax("sigmoid", -8, 8, d) for d in (3, 8, 15)] + [minimax("sigmoid", -1000, 1000, 27)]
    + [minimax("tanh", -3, 5, 9), minimax("tanh", -100, 250, 14), minimax("silu", -10, 10, 6)]
    + [minimax("silu", -30, 1000, 7), minimax("gelu", -4, 6, 7), minimax("gelu", -1000, 1000, 15)]
    + [minimax("hard-swish", -7, 11, 6)],
    "hermite": [hermite("relu", 0, 1, 15), hermite("relu", -0.5, 1.75, 9), hermite("sigmoid", 0.25, 2, 9),
                hermite("silu", -1, 0.125, 6), hermite("gelu", 0, 1, 7), hermite("tanh", 3, 100, 7),
                hermite("hard-swish", 1, 4, 5)],
    "signs": [signs([5], 2.0**-1.5), signs([7, 7], 2.0**-3.5), signs([7, 7, 13], 2.0**-6.25),
              signs([15, 15, 27], 2.0**-9.125)],
}, indent=1))
