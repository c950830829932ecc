"""Gradients and steps of PyTorch, for the tests of the training engine.

Usage: make_training_fixtures.py [MODELS DATA]

Writes small.json (a network with polynomials, everything in double precision), normalised.json (batch normalisation),
expanded.json (normalised Hermite expansions), architectures.json (networks that can be trained from scratch, by norms and
projections), schedules.json, and, with the folders of the published models and data sets, resnet20.json: norms and
projections of the gradients and of the parameters after three steps, since the tensors themselves are too large to keep.
"""

import gzip
import json
import math
import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as functional

HERE = Path(__file__).resolve().parent
torch.set_default_dtype(torch.float64)


def numbers(tensor):
    """The shortest decimals that single precision reads back."""
    return [float(str(value)) for value in tensor.detach().double().flatten().numpy().astype(np.float32)]


def rounded(*shape, scale=1.0, generator):
    """Random values that single precision holds exactly."""
    return (torch.randn(*shape, generator=generator) * scale).float().double()


def hermite(z, degree):
    """Probabilists' Hermite polynomials over sqrt(k!), one after the other."""
    rows = [torch.ones_like(z), z]
    for k in range(1, degree):
        rows.append(z * rows[k] - k * rows[k - 1])
    return [row / math.sqrt(math.factorial(k)) for k, row in enumerate(rows[: degree + 1])]


def polynomial(x, coefficients, center, scale):
    """`coefficients`: polynomials x (degree + 1); one polynomial, or one for each channel."""
    z = (x - center.view(1, -1, 1, 1)) / scale.view(1, -1, 1, 1)
    terms = hermite(z, coefficients.shape[1] - 1)
    return sum(coefficients[:, k].view(1, -1, 1, 1) * term for k, term in enumerate(terms))


def optimisers(parameters, slower):
    return {
        "sgd": torch.optim.SGD(parameters, lr=0.05 / slower, momentum=0.9, weight_decay=1e-2),
        "nesterov": torch.optim.SGD(parameters, lr=0.05 / slower, momentum=0.9, nesterov=True),
        "adam": torch.optim.Adam(parameters, lr=0.01 / slower, eps=1e-4, weight_decay=1e-2),
        "adamw": torch.optim.AdamW(parameters, lr=0.01 / slower, eps=1e-4, weight_decay=0.1),
    }


def trajectories(initial, loss_of, steps=3, clip=None, slower=1, kinds=("sgd", "nesterov", "adam", "adamw")):
    """The gradient of the first step, the losses, and the parameters after the last one."""
    result = {}
    for kind in kinds:
        parameters = {name: tensor.clone().requires_grad_() for name, tensor in initial.items()}
        optimiser = optimisers(list(parameters.values()), slower)[kind]
        losses = []
        for step in range(steps):
            optimiser.zero_grad()
            loss = loss_of(parameters)
            loss.backward()
            losses.append(loss.item())
            if step == 0:
                result["gradients"] = {name: tensor.grad.clone() for name, tensor in parameters.items()}
            if clip:
                norm = torch.nn.utils.clip_grad_norm_(list(parameters.values()), clip)
                if kind == kinds[0]:
                    result.setdefault("norms", []).append(norm.item())
            optimiser.step()
        result[kind] = {"losses": losses, "parameters": parameters}
    return result


def written(result):
    plain = {}
    for kind, value in result.items():
        if kind == "gradients":
            plain[kind] = {name: numbers(tensor) for name, tensor in value.items()}
        elif kind == "norms":
            plain[kind] = value
        else:
            plain[kind] = {
                "losses": value["losses"],
                "parameters": {name: numbers(tensor) for name, tensor in value["parameters"].items()},
            }
    return plain


def small():
    generator = torch.Generator().manual_seed(3)
    make = lambda *shape, scale=1.0: rounded(*shape, scale=scale, generator=generator)
    images, labels = make(6, 2, 8, 8), torch.tensor([0, 3, 1, 4, 2, 2])
    initial = {
        "first weights": make(8, 2, 3, 3, scale=0.25), "first bias": make(8, scale=0.1),
        "second weights": make(8, 8, 3, 3, scale=0.12), "second bias": make(8, scale=0.1),
        "third weights": make(16, 8, 3, 3, scale=0.12), "third bias": make(16, scale=0.1),
        "head weights": make(5, 16, scale=0.3), "head bias": make(5, scale=0.1),
        "quadratic": torch.tensor([0.4, 0.5, 0.28]).repeat(8, 1) + make(8, 3, scale=0.05),
        "quartic": torch.tensor([[0.4, 0.5, 0.28, 0.0, -0.05]]) + make(1, 5, scale=0.02),
    }
    initial = {name: tensor.float().double() for name, tensor in initial.items()}
    centers, scales = make(8, scale=0.2), (1 + 0.2 * make(8)).abs().float().double()
    # With the constants below in decimal fractions that are exact in binary.
    center, scale, blend, lower, upper, temperature = 0.125, 0.75, 0.5, -1.0, 1.25, 2.0
    teacher, targets = make(6, 5), make(6, 16, 2, 2)

    def loss_of(p):
        x = functional.conv2d(images, p["first weights"], p["first bias"], padding=1)
        x = polynomial(x, p["quadratic"], centers, scales)
        x = functional.conv2d(x, p["second weights"], p["second bias"], padding=1) + x
        x = functional.avg_pool2d(functional.relu(x), 2)
        before = functional.conv2d(x, p["third weights"], p["third bias"], stride=2, padding=1)
        u = before.clamp(lower, upper)
        y = polynomial(u, p["quartic"], torch.tensor([center]), torch.tensor([scale]))
        x = ((1 - blend) * functional.relu(u) + blend * y).mean((2, 3))
        logits = functional.linear(x, p["head weights"], p["head bias"])
        divergence = functional.kl_div(
            functional.log_softmax(logits / temperature, 1), functional.log_softmax(teacher / temperature, 1),
            log_target=True, reduction="batchmean") * temperature**2
        soft = 0.5
        excess = (before - soft).clamp(min=0) + (before + soft).clamp(max=0)
        return (
            functional.cross_entropy(logits, labels) + 0.5 * divergence + 0.25 * functional.mse_loss(logits, teacher)
            + 0.125 * ((before - targets) ** 2).mean() / 2.0 + 0.5 * (excess**2).mean() / soft**2
        )

    result = written(trajectories(initial, loss_of, clip=1.0))
    result.update(
        images=numbers(images), labels=labels.tolist(), teacher=numbers(teacher), targets=numbers(targets),
        centers=numbers(centers), scales=numbers(scales),
        initial={name: numbers(tensor) for name, tensor in initial.items()},
    )
    (HERE / "small.json").write_text(json.dumps(result))


def normalised():
    generator = torch.Generator().manual_seed(5)
    make = lambda *shape, scale=1.0: rounded(*shape, scale=scale, generator=generator)
    images, labels = make(8, 3, 6, 6), torch.tensor([0, 3, 1, 2, 2, 1, 0, 3])
    every = {
        "first weights": make(8, 3, 3, 3, scale=0.3), "first bias": make(8, scale=0.1),
        "first scale": 1 + make(8, scale=0.2), "first shift": make(8, scale=0.2),
        "second weights": make(8, 8, 3, 3, scale=0.2), "second bias": make(8, scale=0.1),
        "second scale": 1 + make(8, scale=0.2), "second shift": make(8, scale=0.2),
        "head weights": make(4, 8, scale=0.3), "head bias": make(4, scale=0.1),
    }
    every = {name: tensor.float().double() for name, tensor in every.items()}
    # A bias in front of a normalisation is not trained.
    biases = {name: every[name] for name in ("first bias", "second bias")}
    initial = {name: tensor for name, tensor in every.items() if name not in biases}
    running = {}

    def norm(x, p, name):
        mean, variance = running.setdefault(name, (torch.zeros(8), torch.ones(8)))
        return functional.batch_norm(x, mean, variance, p[f"{name} scale"], p[f"{name} shift"], training=True)

    def loss_of(p):
        x = functional.conv2d(images, p["first weights"], biases["first bias"], padding=1)
        x = functional.relu(norm(x, p, "first"))
        y = functional.conv2d(x, p["second weights"], biases["second bias"], padding=1)
        x = functional.relu(norm(y, p, "second") + x).mean((2, 3))
        return functional.cross_entropy(functional.linear(x, p["head weights"], p["head bias"]), labels)

    result = written(trajectories(initial, loss_of, kinds=("sgd",)))
    result.update(
        images=numbers(images), labels=labels.tolist(),
        initial={name: numbers(tensor) for name, tensor in every.items()},
        running={name: {"mean": numbers(mean), "variance": numbers(variance)}
                 for name, (mean, variance) in running.items()},
    )
    (HERE / "normalised.json").write_text(json.dumps(result))


def expanded():
    """Two activations as AESPA's HerPN: each Hermite polynomial normalised by itself, ReLU's coefficients, scale and shift."""
    generator = torch.Generator().manual_seed(11)
    make = lambda *shape, scale=1.0: rounded(*shape, scale=scale, generator=generator)
    images, labels = make(8, 3, 6, 6), torch.tensor([1, 0, 3, 2, 2, 0, 1, 3])
    initial = {
        "first weights": make(8, 3, 3, 3, scale=0.3), "first bias": make(8, scale=0.1),
        "first expansion scale": 1 + make(8, scale=0.2), "first expansion shift": make(8, scale=0.2),
        "second weights": make(8, 8, 3, 3, scale=0.2), "second bias": make(8, scale=0.1),
        "second expansion scale": 1 + make(8, scale=0.2), "second expansion shift": make(8, scale=0.2),
        "head weights": make(4, 8, scale=0.3), "head bias": make(4, scale=0.1),
    }
    initial = {name: tensor.float().double() for name, tensor in initial.items()}
    running = {}

    def expand(x, p, name, training):
        row = lambda word: p[f"{name} expansion {word}"].view(1, -1, 1, 1)
        result = torch.full_like(x, 1 / math.sqrt(2 * math.pi))
        for term, factor, values in (
            ("linear", 0.5, x), ("square", 0.5 / math.sqrt(math.pi), (x * x - 1) / math.sqrt(2))
        ):
            mean, variance = running.setdefault(f"{name} {term}", (torch.zeros(8), torch.ones(8)))
            result = result + factor * functional.batch_norm(values, mean, variance, training=training)
        return row("scale") * result + row("shift")

    def logits_of(p, training=True):
        x = functional.conv2d(images, p["first weights"], p["first bias"], padding=1)
        x = expand(x, p, "first", training)
        y = functional.conv2d(x, p["second weights"], p["second bias"], padding=1)
        x = expand(y + x, p, "second", training).mean((2, 3))
        return functional.linear(x, p["head weights"], p["head bias"])

    trained = trajectories(initial, lambda p: functional.cross_entropy(logits_of(p), labels), kinds=("sgd",))
    logits = logits_of(trained["sgd"]["parameters"], training=False)
    result = written(trained)
    result.update(
        images=numbers(images), labels=labels.tolist(),
        initial={name: numbers(tensor) for name, tensor in initial.items()},
        running={name: {"mean": numbers(mean), "variance": numbers(variance)}
                 for name, (mean, variance) in running.items()},
        logits=numbers(logits),
    )
    (HERE / "expanded.json").write_text(json.dumps(result))


def schedules():
    parameter = torch.nn.Parameter(torch.zeros(1))
    result = {}
    optimiser = torch.optim.SGD([parameter], lr=1.0)
    cycle = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=1.0, total_steps=20)
    result["one cycle"] = [optimiser.param_groups[0]["lr"]]
    for _ in range(19):
        optimiser.step()
        cycle.step()
        result["one cycle"].append(optimiser.param_groups[0]["lr"])
    optimiser = torch.optim.SGD([parameter], lr=1.0)
    cosine = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, T_max=19, eta_min=0.125)
    result["cosine"] = [1.0]
    for _ in range(19):
        optimiser.step()
        cosine.step()
        result["cosine"].append(optimiser.param_groups[0]["lr"])
    (HERE / "schedules.json").write_text(json.dumps(result))


def direction(count):
    """A fixed vector to project on, with elements of -1...1."""
    index = np.arange(count, dtype=np.uint64)
    return torch.from_numpy(((index * np.uint64(2654435761)) % np.uint64(4096)).astype(np.float64) / 2048 - 1)


def digest(tensor):
    flat = tensor.detach().double().flatten()
    return {"norm": float(flat.norm()), "projection": float(flat @ direction(flat.numel()))}


def resnet20(models, data):
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(models / "resnet20-cifar10.onnx").graph
    config = json.loads((models / "resnet20-cifar10.json").read_text())
    raw = np.frombuffer(gzip.open(data / "cifar10" / "test.bin.gz").read(), np.uint8).reshape(-1, 3073)[:32]
    labels = torch.from_numpy(raw[:, 0].astype(np.int64))
    mean, std = (torch.tensor(config["input"][key]).view(1, 3, 1, 1) for key in ("mean", "std"))
    images = torch.from_numpy(raw[:, 1:].reshape(-1, 3, 32, 32).astype(np.float64))
    images = (images * config["input"]["scale"] - mean) / std
    tensors = {item.name: torch.from_numpy(numpy_helper.to_array(item).astype(np.float64))
               for item in graph.initializer}
    nodes = [node for node in graph.node if node.op_type in ("Conv", "Gemm")]
    initial, strides = {}, []
    for index, node in enumerate(nodes):
        initial[f"{index} weights"], initial[f"{index} bias"] = (tensors[name] for name in node.input[1:3])
        strides.append(next((a.ints[0] for a in node.attribute if a.name == "strides"), 1))

    def loss_of(p):
        def convolve(x, index):
            return functional.conv2d(x, p[f"{index} weights"], p[f"{index} bias"], stride=strides[index], padding=1)

        x = functional.relu(convolve(images, 0))
        for index in range(1, len(nodes) - 1, 2):
            y = convolve(functional.relu(convolve(x, index)), index + 1)
            if strides[index] != 1:
                grown = x.shape[1] // 2
                x = functional.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, grown, grown))
            x = functional.relu(x + y)
        last = len(nodes) - 1
        return functional.cross_entropy(
            functional.linear(x.mean((2, 3)), p[f"{last} weights"], p[f"{last} bias"]), labels)

    result = trajectories(initial, loss_of, slower=64, kinds=("nesterov", "adam"))
    digests = {"count": len(nodes), "gradients": {n: digest(t) for n, t in result["gradients"].items()}}
    for kind in ("nesterov", "adam"):
        # Of what the steps have changed.
        digests[kind] = {
            "losses": result[kind]["losses"],
            "changes": {n: digest(t - initial[n]) for n, t in result[kind]["parameters"].items()},
        }
    (HERE / "resnet20.json").write_text(json.dumps(digests, indent=1))


def sequence(seed):
    """The tests' own numbers (Marsaglia's xorshift64), evenly spread over -1...1."""
    mask = (1 << 64) - 1
    state = (seed * 0x9E3779B97F4A7C15) & mask | 1
    while True:
        state ^= state << 13 & mask
        state ^= state >> 7
        state ^= state << 17 & mask
        yield (state >> 40) / (1 << 23) - 1


class Tensors:
    """Parameters in the order in which the network has them; each has numbers and a scale of its own."""

    def __init__(self):
        self.all, self.seed = {}, 100

    def add(self, name, *shape, scale, offset=0.0):
        numbers = sequence(self.seed)
        self.seed += 1
        values = np.array([next(numbers) for _ in range(math.prod(shape))], np.float32)
        values = np.float32(offset) + np.float32(scale) * values
        self.all[name] = torch.from_numpy(values.astype(np.float64)).view(*shape)

    def convolution(self, name, inputs, outputs, kernel, normalised):
        # A power of 2, so that nothing is rounded twice.
        scale = 2.0 ** math.floor(math.log2(math.sqrt(6 / (inputs * kernel * kernel))))
        self.add(f"{name} weights", outputs, inputs, kernel, kernel, scale=scale)
        if normalised:
            # The seed of the bias, which is 0 here.
            self.seed += 1
            self.add(f"{name} normalisation scale", outputs, scale=0.125, offset=1.0)
            self.add(f"{name} normalisation shift", outputs, scale=0.125)
        else:
            self.add(f"{name} bias", outputs, scale=0.0625)

    def linear(self, name, inputs, outputs):
        self.add(f"{name} weights", outputs, inputs, scale=2.0 ** math.floor(math.log2(math.sqrt(6 / inputs))))
        self.add(f"{name} bias", outputs, scale=0.0625)


def architectures():
    running = {}

    def convolve(p, name, x, stride=1, padding=1):
        x = functional.conv2d(x, p[f"{name} weights"], p.get(f"{name} bias"), stride=stride, padding=padding)
        if f"{name} bias" in p:
            return x
        mean, variance = running.setdefault(name, (torch.zeros(x.shape[1]), torch.ones(x.shape[1])))
        return functional.batch_norm(
            x, mean, variance, p[f"{name} normalisation scale"], p[f"{name} normalisation shift"], training=True)

    def fully(p, name, x):
        return functional.linear(x.flatten(1), p[f"{name} weights"], p[f"{name} bias"])

    def lenet5():
        tensors = Tensors()
        tensors.convolution("conv1", 1, 6, 5, False)
        tensors.convolution("conv2", 6, 16, 5, False)
        for name, inputs, outputs in (("fc1", 64, 120), ("fc2", 120, 84), ("fc3", 84, 5)):
            tensors.linear(name, inputs, outputs)

        def forward(p, x):
            x = functional.avg_pool2d(functional.relu(convolve(p, "conv1", x, padding=2)), 2)
            x = functional.avg_pool2d(functional.relu(convolve(p, "conv2", x, padding=0)), 2)
            x = functional.relu(fully(p, "fc1", x))
            return fully(p, "fc3", functional.relu(fully(p, "fc2", x)))

        return (1, 16, 16), tensors.all, forward

    def resnet20():
        tensors = Tensors()
        tensors.convolution("conv1", 3, 16, 3, True)
        blocks, channels = [], 16
        for stage, width in enumerate((16, 32, 64), 1):
            for block in range(3):
                name = f"layer{stage}.{block}"
                blocks.append((name, 1 if width == channels else 2))
                tensors.convolution(f"{name}.conv1", channels, width, 3, True)
                tensors.convolution(f"{name}.conv2", width, width, 3, True)
                channels = width
        tensors.linear("fc", 64, 5)

        def forward(p, x):
            x = functional.relu(convolve(p, "conv1", x))
            for name, stride in blocks:
                h = convolve(p, f"{name}.conv2", functional.relu(convolve(p, f"{name}.conv1", x, stride)))
                if stride != 1:
                    grown = x.shape[1] // 2
                    x = functional.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, grown, grown))
                x = functional.relu(h + x)
            return fully(p, "fc", x.mean((2, 3)))

        return (3, 9, 9), tensors.all, forward

    def vgg11():
        tensors, inputs = Tensors(), 3
        stages = [[64], [128], [256, 256], [512, 512], [512, 512]]
        for stage, widths in enumerate(stages, 1):
            for layer, width in enumerate(widths, 1):
                tensors.convolution(f"conv{stage}_{layer}", inputs, width, 3, True)
                inputs = width
        tensors.linear("fc", 512, 5)

        def forward(p, x):
            for stage, widths in enumerate(stages, 1):
                for layer in range(1, len(widths) + 1):
                    x = functional.relu(convolve(p, f"conv{stage}_{layer}", x))
                x = functional.avg_pool2d(x, 2)
            return fully(p, "fc", x)

        return (3, 32, 32), tensors.all, forward

    result = {}
    for make in (lenet5, resnet20, vgg11):
        shape, initial, forward = make()
        numbers = sequence(7)
        images = torch.tensor([2 * next(numbers) for _ in range(16 * math.prod(shape))]).view(16, *shape)
        labels = torch.arange(16) % 5
        running.clear()
        steps = trajectories(
            initial, lambda p: functional.cross_entropy(forward(p, images), labels), steps=2, slower=8,
            kinds=("nesterov",))
        result[make.__name__] = {
            "losses": steps["nesterov"]["losses"],
            "gradients": {name: digest(tensor) for name, tensor in steps["gradients"].items()},
            "running": {f"{name} running {word}": digest(tensor) for name, pair in running.items()
                        for word, tensor in zip(("mean", "variance"), pair)},
        }
    (HERE / "architectures.json").write_text(json.dumps(result, indent=1))


small()
normalised()
expanded()
architectures()
schedules()
if len(sys.argv) == 3:
    resnet20(Path(sys.argv[1]), Path(sys.argv[2]))
