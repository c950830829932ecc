"""ResNet inference in PyTorch on the CPU: the faster of its two memory layouts, weights from the ONNX file."""

import argparse
import json
import time

import onnx
import torch
import torch.nn.functional as functional
from onnx import numpy_helper

parser = argparse.ArgumentParser()
parser.add_argument("--model", required=True)
parser.add_argument("--images", type=int, required=True)
parser.add_argument("--batch", type=int, required=True)
parser.add_argument("--threads", type=int, required=True)
options = parser.parse_args()
torch.set_num_threads(options.threads)

graph = onnx.load(options.model).graph
tensors = {item.name: torch.from_numpy(numpy_helper.to_array(item).copy()) for item in graph.initializer}
convolutions = [node for node in graph.node if node.op_type == "Conv"]
head = next(node for node in graph.node if node.op_type == "Gemm")


def stride(node):
    return next((attribute.ints[0] for attribute in node.attribute if attribute.name == "strides"), 1)


def network(layout):
    """The stem, then blocks of two convolutions whose shortcut subsamples and pads (option A)."""
    layers = [
        (tensors[node.input[1]].contiguous(memory_format=layout), tensors[node.input[2]], stride(node))
        for node in convolutions
    ]
    weight, bias = tensors[head.input[1]], tensors[head.input[2]]

    def forward(x):
        w, b, _ = layers[0]
        x = functional.relu_(functional.conv2d(x, w, b, padding=1))
        for (w, b, s), (v, c, _) in zip(layers[1::2], layers[2::2]):
            h = functional.relu_(functional.conv2d(x, w, b, stride=s, padding=1))
            if s != 1:
                grown = x.shape[1] // 2
                x = functional.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, grown, grown))
            x = functional.relu_(functional.conv2d(h, v, c, padding=1) + x)
        return functional.linear(x.mean((2, 3)), weight, bias)

    return forward


fastest = 0.0
with torch.inference_mode():
    for layout in (torch.contiguous_format, torch.channels_last):
        forward = network(layout)
        batch = torch.randn(options.batch, 3, 32, 32).contiguous(memory_format=layout)
        for _ in range(3):
            forward(batch)
        rounds = options.images // options.batch
        started = time.perf_counter()
        for _ in range(rounds):
            forward(batch)
        fastest = max(fastest, rounds * options.batch / (time.perf_counter() - started))
print(json.dumps({"images_per_second": fastest, "version": torch.__version__}))
