"""ResNet inference in ONNX Runtime on the CPU, all graph optimisations on."""

import argparse
import json
import time

import numpy
import onnxruntime

parser = argparse.ArgumentParser()
parser.add_argument("--model", required=True)
parser.add_argument("--images", type=int, required=True)
parser.add_argument("--batch", type=int, required=True)
parser.add_argument("--threads", type=int, required=True)
options = parser.parse_args()

settings = onnxruntime.SessionOptions()
settings.intra_op_num_threads = options.threads
settings.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
session = onnxruntime.InferenceSession(options.model, settings, providers=["CPUExecutionProvider"])
name = session.get_inputs()[0].name
batch = numpy.random.default_rng(1).standard_normal((options.batch, 3, 32, 32), dtype=numpy.float32)
for _ in range(3):
    session.run(None, {name: batch})
rounds = options.images // options.batch
started = time.perf_counter()
for _ in range(rounds):
    session.run(None, {name: batch})
elapsed = time.perf_counter() - started
print(json.dumps({"images_per_second": rounds * options.batch / elapsed, "version": onnxruntime.__version__}))
