"""Runs 100 test images of each published network through ONNX Runtime and stores the logits.

Usage: python make_logits.py DATA MODELS

DATA holds cifar10/test.bin.gz and mnist/t10k-images-idx3-ubyte.gz, MODELS the .onnx and .json files. Writes
NAME-logits.bin beside this script: 100 x 10 little-endian 32-bit floats, for the first 100 images of the test set.
Made with onnxruntime 1.32.0 and numpy 2.4.6.
"""

import gzip
import json
import pathlib
import sys

import numpy
import onnxruntime

COUNT = 100


def pixels(data, dataset):
    if dataset == "cifar10":
        raw = gzip.open(data / "cifar10/test.bin.gz").read(COUNT * 3073)
        return numpy.frombuffer(raw, numpy.uint8).reshape(COUNT, 3073)[:, 1:].reshape(COUNT, 3, 32, 32)
    raw = gzip.open(data / "mnist/t10k-images-idx3-ubyte.gz").read(16 + COUNT * 784)
    return numpy.frombuffer(raw, numpy.uint8, offset=16).reshape(COUNT, 1, 28, 28)


def main(data, models):
    for name in ["lenet5-mnist", "resnet20-cifar10", "resnet20-cifar10-b", "resnet32-cifar10"]:
        description = json.loads((models / f"{name}.json").read_text())
        numbers = description["input"]
        mean = numpy.array(numbers["mean"])[None, :, None, None]
        std = numpy.array(numbers["std"])[None, :, None, None]
        images = (pixels(data, description["dataset"]) * numbers["scale"] - mean) / std
        session = onnxruntime.InferenceSession(str(models / f"{name}.onnx"), providers=["CPUExecutionProvider"])
        logits = session.run(None, {session.get_inputs()[0].name: images.astype(numpy.float32)})[0]
        assert logits.shape == (COUNT, 10)
        logits.astype("<f4").tofile(pathlib.Path(__file__).with_name(f"{name}-logits.bin"))


main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
