"""The guided method in PyTorch on the CPU, the same steps as the product's, for a ResNet: positions drawn half by energy,
ridge regression of every convolution on what the polynomial network feeds it, conjugate gradients on weights with the
polynomials projected out, polynomials on every value, and the head. Timed from images in memory to the refitted network.
"""

import argparse
import gzip
import json
import time
from pathlib import Path

import numpy
import onnx
import torch
import torch.nn.functional as functional
from onnx import numpy_helper

parser = argparse.ArgumentParser()
parser.add_argument("--model", required=True)
parser.add_argument("--preprocess", required=True)
parser.add_argument("--data", required=True, help="folder of CIFAR binary files")
parser.add_argument("--degree", type=int, required=True)
parser.add_argument("--images", type=int, required=True)
parser.add_argument("--rows", type=int, required=True)
parser.add_argument("--steps", type=int, required=True)
parser.add_argument("--threads", type=int, required=True)
options = parser.parse_args()
torch.set_num_threads(options.threads)
torch.set_grad_enabled(False)
torch.manual_seed(0)

RIDGE, TRIALS, CHUNK = 1e-3, (0.5, 1.0, 2.0), 8192

graph = onnx.load(options.model).graph
tensors = {item.name: torch.from_numpy(numpy_helper.to_array(item).copy()) for item in graph.initializer}
convolutions = [node for node in graph.node if node.op_type == "Conv"]
head = next(node for node in graph.node if node.op_type == "Gemm")


def stride(node):
    return next((attribute.ints[0] for attribute in node.attribute if attribute.name == "strides"), 1)


def images():
    """The first images of the training files, preprocessed as the network reads them."""
    setting = json.loads(Path(options.preprocess).read_text())["input"]
    raw = []
    for path in sorted(Path(options.data).glob("*train*.bin*")) or sorted(Path(options.data).glob("data_batch_*.bin*")):
        data = gzip.open(path).read() if path.suffix == ".gz" else path.read_bytes()
        raw.append(numpy.frombuffer(data, numpy.uint8).reshape(-1, 3073)[:, 1:])
        if sum(map(len, raw)) >= options.images:
            break
    pixels = torch.from_numpy(numpy.concatenate(raw)[:options.images].reshape(-1, 3, 32, 32).copy()).float()
    mean, std = (torch.tensor(setting[key]).view(1, 3, 1, 1) for key in ("mean", "std"))
    return (pixels * setting["scale"] - mean) / std


def convolved(x, weight, bias, step):
    return torch.cat([functional.conv2d(part, weight, bias, stride=step, padding=1) for part in x.split(250)])


def shortcut(x, step):
    grown = x.shape[1] // 2
    return functional.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, grown, grown)) if step != 1 else x


class Polynomials:
    """Least squares of the targets in powers of the scaled pre-activations, one polynomial per channel."""

    def __init__(self, u, targets, weights):
        total = weights.sum()
        self.center = (weights[:, None] * u).sum(0) / total
        self.scale = ((weights[:, None] * (u - self.center) ** 2).sum(0) / total).sqrt().clamp_min(1e-6)
        size, channels = options.degree + 1, u.shape[1]
        gram = torch.zeros(channels, size, size, dtype=torch.float64)
        right = torch.zeros(channels, size, dtype=torch.float64)
        square = torch.zeros(channels, dtype=torch.float64)
        for part, goal, weight in zip(u.split(CHUNK), targets.split(CHUNK), weights.split(CHUNK)):
            powers = ((part - self.center) / self.scale).unsqueeze(2) ** torch.arange(size)
            weighted = powers * weight[:, None, None]
            gram += torch.einsum("rci,rcj->cij", weighted, powers).double()
            right += torch.einsum("rci,rc->ci", weighted, goal).double()
            square += (weight[:, None] * goal ** 2).sum(0).double()
        gram += 1e-9 * gram.diagonal(dim1=1, dim2=2).mean(1)[:, None, None] * torch.eye(size)
        self.coefficients = torch.linalg.solve(gram, right)
        self.error = ((square - (self.coefficients * right).sum(1)) / total).float()
        self.coefficients = self.coefficients.float()

    def values(self, u):
        """The polynomials and their slopes."""
        t = (u - self.center) / self.scale
        value, slope = self.coefficients[:, -1].expand_as(t), torch.zeros_like(t)
        for power in range(options.degree - 1, -1, -1):
            slope = slope * t + value
            value = value * t + self.coefficients[:, power]
        return value, slope / self.scale

    def __call__(self, x):
        """Of an image tensor."""
        t = (x - self.center.view(1, -1, 1, 1)) / self.scale.view(1, -1, 1, 1)
        value = self.coefficients[:, -1].view(1, -1, 1, 1).expand_as(t)
        for power in range(options.degree - 1, -1, -1):
            value = value * t + self.coefficients[:, power].view(1, -1, 1, 1)
        return value


def everywhere(u, wanted):
    """The least-squares polynomials of an image tensor's channels on all of its values: sums of powers."""
    fit = Polynomials.__new__(Polynomials)
    fit.center, fit.scale = u.mean((0, 2, 3)), u.std((0, 2, 3)).clamp_min(1e-6)
    size, channels = options.degree + 1, u.shape[1]
    sums = torch.zeros(2 * size - 1, channels, dtype=torch.float64)
    right = torch.zeros(size, channels, dtype=torch.float64)
    for part, goal in zip(u.split(250), wanted.split(250)):
        t = (part - fit.center.view(1, -1, 1, 1)) / fit.scale.view(1, -1, 1, 1)
        power = torch.ones_like(t)
        for exponent in range(2 * size - 1):
            sums[exponent] += power.sum((0, 2, 3)).double()
            if exponent < size:
                right[exponent] += (power * goal).sum((0, 2, 3)).double()
            power = power * t
    gram = torch.stack([sums[row:row + size] for row in range(size)]).permute(2, 0, 1)
    gram = gram + 1e-9 * gram.diagonal(dim1=1, dim2=2).mean(1)[:, None, None] * torch.eye(size)
    fit.coefficients = torch.linalg.solve(gram, right.T).float()
    return fit


def drawn(z):
    """Positions of every image, half of them by energy, and the weights that make up for it."""
    plane = z.shape[2] * z.shape[3]
    each = max(1, options.rows // len(z))
    energy = (z ** 2 / (z ** 2).mean((0, 2, 3), keepdim=True).clamp_min(1e-12)).sum(1).flatten(1)
    share = 0.5 / plane + 0.5 * energy / energy.sum(1, keepdim=True)
    index = torch.multinomial(share, each, replacement=True)
    return index, (1 / (share.gather(1, index) * plane)).flatten()


def picked(z, index):
    return z.flatten(2).gather(2, index[:, None, :].expand(-1, z.shape[1], -1)).transpose(1, 2).flatten(0, 1)


def gathered(q, index, step):
    parts = []
    for part, own in zip(q.split(250), index.split(250)):
        windows = functional.unfold(part, 3, padding=1, stride=step)
        parts.append(windows.gather(2, own[:, None, :].expand(-1, windows.shape[1], -1)).transpose(1, 2).flatten(0, 1))
    rows = torch.cat(parts)
    return torch.cat([rows, torch.ones(len(rows), 1)], 1)


def reconstructed(q, z, added, weight, bias, step):
    """The refitted weights of one convolution with the activation behind it."""
    index, weights = drawn(z)
    a, goal = gathered(q, index, step), picked(z, index)
    extra = picked(added, index) if added is not None else torch.zeros_like(goal)
    target = functional.relu(goal)
    kept = len(a) * 9 // 10
    gram = torch.zeros(a.shape[1], a.shape[1], dtype=torch.float64)
    right = torch.zeros(a.shape[1], goal.shape[1], dtype=torch.float64)
    for part, wish, w in zip(a[:kept].split(CHUNK), (goal - extra)[:kept].split(CHUNK), weights[:kept].split(CHUNK)):
        scaled = part * w[:, None]
        gram += (part.T @ scaled).double()
        right += (scaled.T @ wish).double()
    diagonal = gram.diagonal()
    pull = RIDGE * diagonal + 1e-9 * diagonal.mean()
    factor = torch.linalg.cholesky(gram + torch.diag(pull))
    original = torch.cat([weight.flatten(1), bias[:, None]], 1).T.double()
    current = torch.cholesky_solve(right + pull[:, None] * original, factor).float()

    u = a @ current + extra
    fit = Polynomials(u[:kept], target[:kept], weights[:kept])
    best, best_error = current.clone(), held_out(fit, u, target, weights, kept)
    direction = torch.zeros_like(current)
    last = torch.zeros(len(weight))
    length = torch.ones(len(weight))
    active = torch.ones(len(weight), dtype=torch.bool)
    for _ in range(options.steps):
        value, slope = fit.values(u[:kept])
        residual = (value - target[:kept]) * slope * weights[:kept, None]
        gradient = a[:kept].T @ residual
        curvature = (slope ** 2 * weights[:kept, None]).mean(0).clamp_min(1e-12)
        scaled = torch.cholesky_solve(gradient.double(), factor).float() / curvature
        product = (gradient * scaled).sum(0)
        turn = torch.where(last > 0, product / last.clamp_min(1e-30), torch.zeros_like(last))
        direction, last = turn * direction - scaled, product
        along = a @ direction
        fits = [Polynomials((u + trial * length * along)[:kept], target[:kept], weights[:kept]) for trial in TRIALS]
        errors = torch.stack([trial.error for trial in fits])
        chosen = errors.argmin(0)
        better = active & (errors.amin(0) < fit.error)
        length = torch.where(better, length * torch.tensor(TRIALS)[chosen], length / 4)
        move = torch.where(better, length, torch.zeros_like(length))
        current, u = current + move * direction, u + move * along
        fit = Polynomials(u[:kept], target[:kept], weights[:kept])
        error = held_out(fit, u, target, weights, kept)
        improved = better & (error < best_error)
        best = torch.where(improved, current, best)
        best_error = torch.where(improved, error, best_error)
        active = active & (better | (length > 1e-3))
    return best[:-1].T.reshape(weight.shape).contiguous(), best[-1].contiguous()


def held_out(fit, u, target, weights, kept):
    value, _ = fit.values(u[kept:])
    return (weights[kept:, None] * (value - target[kept:]) ** 2).mean(0)


def guided(x):
    layers = [(tensors[node.input[1]], tensors[node.input[2]], stride(node)) for node in convolutions]
    z = convolved(x, *layers[0])
    weight, bias = reconstructed(x, z, None, *layers[0])
    u, x = convolved(x, weight, bias, 1), functional.relu(z)
    q = everywhere(u, x)(u)
    for first, second in zip(layers[1::2], layers[2::2]):
        z = convolved(x, *first)
        weight, bias = reconstructed(q, z, None, *first)
        hidden, u = functional.relu(z), convolved(q, weight, bias, first[2])
        inner = everywhere(u, hidden)(u)
        aside = shortcut(q, first[2])
        z = convolved(hidden, *second) + shortcut(x, first[2])
        weight, bias = reconstructed(inner, z, aside, *second)
        u, x = convolved(inner, weight, bias, 1) + aside, functional.relu(z)
        q = everywhere(u, x)(u)
        calm = q.flatten(1).abs().amax(1) <= 2 * x.abs().max()
        q, x = q[calm], x[calm]
    pooled, wanted = (torch.cat([t.mean((2, 3)), torch.ones(len(t), 1)], 1).double() for t in (q, x))
    original = torch.cat([tensors[head.input[1]], tensors[head.input[2]][:, None]], 1).T.double()
    gram = pooled.T @ pooled
    pull = RIDGE * torch.diag(gram.diagonal())
    return torch.linalg.solve(gram + pull, pooled.T @ (wanted @ original) + pull @ original), pooled, wanted @ original


batch = images()
started = time.perf_counter()
refitted, pooled, wanted = guided(batch)
seconds = time.perf_counter() - started
agreeing = ((pooled @ refitted).argmax(1) == wanted.argmax(1)).sum().item()
print(json.dumps({"seconds": seconds, "agreeing": agreeing, "images": len(pooled), "version": torch.__version__}))
