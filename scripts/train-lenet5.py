#!/usr/bin/env python3
"""Trains the two LeNet-5 networks that the project ships: on its own rendered digits, and on MNIST.

    centroid data export --to digits
    scripts/train-lenet5.py digits digits Models
    scripts/train-lenet5.py mnist data/mnist Models --epochs 8

Needs torch and onnx. Training leaves the validation split out (the last 5,000 training images, or the last fifth of a
smaller set), so that it is unseen when approximations are compared on it. The test counts go into the JSON file.
"""

import argparse
import gzip
import json
import pathlib
import warnings

import numpy
import onnx
import torch
from torch import nn

SCALE = 1 / 255
# Mean and standard deviation of the pixels.
NORMALISATION = {"digits": (0.16, 0.27), "mnist": (0.1307, 0.3081)}


def read_bytes(directory, name):
    """A file of the data set, plain or compressed."""
    plain = directory / name
    return plain.read_bytes() if plain.exists() else gzip.decompress((directory / f"{name}.gz").read_bytes())


def read_idx(directory, prefix, mean, std):
    """Images as prepared floats, N x 1 x 28 x 28, and labels."""
    images = numpy.frombuffer(read_bytes(directory, f"{prefix}-images-idx3-ubyte")[16:], numpy.uint8)
    labels = numpy.frombuffer(read_bytes(directory, f"{prefix}-labels-idx1-ubyte")[8:], numpy.uint8)
    pixels = torch.tensor(images.reshape(-1, 1, 28, 28), dtype=torch.float32)
    return (pixels * SCALE - mean) / std, torch.tensor(labels.astype(numpy.int64))


class LeNet5(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x):
        x = nn.functional.avg_pool2d(torch.relu(self.conv1(x)), 2)
        x = nn.functional.avg_pool2d(torch.relu(self.conv2(x)), 2)
        x = torch.relu(self.fc1(torch.flatten(x, 1)))
        return self.fc3(torch.relu(self.fc2(x)))


def train(network, images, labels, epochs, batch):
    optimizer = torch.optim.AdamW(network.parameters(), lr=2e-3, weight_decay=1e-2)
    steps = epochs * (len(images) // batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=4e-3, total_steps=steps)
    for epoch in range(epochs):
        network.train()
        for rows in torch.randperm(len(images))[: len(images) // batch * batch].split(batch):
            loss = nn.functional.cross_entropy(network(images[rows]), labels[rows], label_smoothing=0.02)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
        print(f"epoch {epoch + 1}: loss {loss.item():.4f}", flush=True)


def correct(network, images, labels):
    network.eval()
    with torch.no_grad():
        return int((network(images).argmax(1) == labels).sum())


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("dataset", choices=NORMALISATION)
    parser.add_argument("data", type=pathlib.Path, help="directory of the idx files")
    parser.add_argument("models", type=pathlib.Path, help="directory for the .onnx and .json files")
    parser.add_argument("--epochs", type=int, default=30)
    options = parser.parse_args()

    torch.manual_seed(1)
    torch.set_num_threads(1)
    mean, std = NORMALISATION[options.dataset]
    images, labels = read_idx(options.data, "train", mean, std)
    test_images, test_labels = read_idx(options.data, "t10k", mean, std)
    calibration = len(images) - (5000 if len(images) >= 25_000 else len(images) // 5)
    network = LeNet5()
    train(network, images[:calibration], labels[:calibration], options.epochs, batch=64)
    right = correct(network, test_images, test_labels)
    held_out = correct(network, images[calibration:], labels[calibration:])
    print(f"test {right} of {len(test_labels)}, validation {held_out} of {len(labels) - calibration}")

    path = options.models / f"lenet5-{options.dataset}.onnx"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network, (test_images[:1],), str(path), dynamo=False, opset_version=17,
            input_names=["input"], output_names=["logits"], dynamic_axes={"input": {0: "batch"}, "logits": {0: "batch"}},
        )
    onnx.checker.check_model(onnx.load(str(path)), full_check=True)
    preprocessing = {
        "dataset": options.dataset,
        "input": {"scale": SCALE, "mean": [mean], "std": [std]},
        "test_correct": right,
        "test_total": len(test_labels),
    }
    path.with_suffix(".json").write_text(json.dumps(preprocessing, indent=2) + "\n")


if __name__ == "__main__":
    main()
