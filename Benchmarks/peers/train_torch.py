"""Training steps of a ResNet in PyTorch on the CPU: the faster of its two memory layouts, weights from the ONNX file.

A step is the forward pass, cross-entropy, the backward pass and Adam, on a batch that is already in memory. With
--normalised every convolution is followed by a batch normalisation and the optimiser is SGD with Nesterov's momentum and
weight decay, as for a network that is trained from scratch.
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
parser.add_argument("--normalised", action="store_true")
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
    norms = [torch.nn.BatchNorm2d(layer[0].shape[0]) for layer in layers] if options.normalised else []
    weight, bias = parameter(head.input[1]), parameter(head.input[2])

    def convolve(x, index):
        w, b, s = layers[index]
        if not options.normalised:
            return functional.conv2d(x, w, b, stride=s, padding=1)
        # A bias in front of a normalisation has no effect.
        return norms[index](functional.conv2d(x, w, stride=s, padding=1))

    def forward(x):
        x = functional.relu(convolve(x, 0))
        for index in range(1, len(layers), 2):
            h = functional.relu(convolve(x, index))
            if layers[index][2] != 1:
                grown = x.shape[1] // 2
                x = functional.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, grown, grown))
            x = functional.relu(convolve(h, index + 1) + x)
        return functional.linear(x.mean((2, 3)), weight, bias)

    kept = 1 if options.normalised else 2
    normal = [tensor for norm in norms for tensor in norm.parameters()]
    return [tensor for layer in layers for tensor in layer[:kept]] + [weight, bias] + normal, forward


fastest = 0.0
for layout in (torch.contiguous_format, torch.channels_last):
    parameters, forward = network(layout)
    if options.normalised:
        optimiser = torch.optim.SGD(parameters, lr=0.01, momentum=0.9, nesterov=True, weight_decay=5e-4)
    else:
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
