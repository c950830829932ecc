"""Training steps of a ResNet in PyTorch on the CPU: the faster of its two memory layouts, weights from the ONNX file.

A step is the forward pass, cross-entropy, the backward pass and Adam, on a batch that is already in memory.
"""

import argparse
import json
import time

import onnx
import torch
import torch.nn.functional as functional
from onnx import numpy_helper

parser = argparse.ArgumentParser()
parser.add_argument("--model", required=True)
parser.add_argument("--batch", type=int, required=True)
parser.add_argument("--steps", type=int, required=True)
parser.add_argument("--threads", type=int, required=True)
options = parser.parse_args()
torch.set_num_threads(options.threads)
torch.manual_seed(0)

graph = onnx.load(options.model).graph
tensors = {item.name: torch.from_numpy(numpy_helper.to_array(item).copy()) for item in graph.initializer}
convolutions = [node for node in graph.node if node.op_type == "Conv"]
head = next(node for node in graph.node if node.op_type == "Gemm")


def stride(node):
    return next((attribute.ints[0] for attribute in node.attribute if attribute.name == "strides"), 1)


def network(layout):
    """The parameters and the forward pass: the stem, then blocks whose shortcut subsamples and pads (option A)."""
    def parameter(name):
        tensor = tensors[name].clone()
        return (tensor.contiguous(memory_format=layout) if tensor.ndim == 4 else tensor).requires_grad_()

    layers = [(parameter(node.input[1]), parameter(node.input[2]), stride(node)) for node in convolutions]
    weight, bias = parameter(head.input[1]), parameter(head.input[2])

    def forward(x):
        w, b, _ = layers[0]
        x = functional.relu(functional.conv2d(x, w, b, padding=1))
        for (w, b, s), (v, c, _) in zip(layers[1::2], layers[2::2]):
            h = functional.relu(functional.conv2d(x, w, b, stride=s, padding=1))
            if s != 1:
                grown = x.shape[1] // 2
                x = functional.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, grown, grown))
            x = functional.relu(functional.conv2d(h, v, c, padding=1) + x)
        return functional.linear(x.mean((2, 3)), weight, bias)

    return [tensor for layer in layers for tensor in layer[:2]] + [weight, bias], forward


fastest = 0.0
for layout in (torch.contiguous_format, torch.channels_last):
    parameters, forward = network(layout)
    optimiser = torch.optim.Adam(parameters, lr=1e-5)
    batch = torch.randn(options.batch, 3, 32, 32).contiguous(memory_format=layout)
    labels = torch.randint(0, 10, (options.batch,))

    def step():
        optimiser.zero_grad(set_to_none=True)
        functional.cross_entropy(forward(batch), labels).backward()
        optimiser.step()

    for _ in range(3):
        step()
    started = time.perf_counter()
    for _ in range(options.steps):
        step()
    fastest = max(fastest, options.steps * options.batch / (time.perf_counter() - started))
print(json.dumps({"images_per_second": fastest, "version": torch.__version__}))
