"""Writes activations such as a residual network's: heavy tails, a mixture of channels, as raw float32."""

import argparse
import json

import numpy

parser = argparse.ArgumentParser()
parser.add_argument("--count", type=int, required=True)
parser.add_argument("--out", required=True)
options = parser.parse_args()

generator = numpy.random.default_rng(7)
channel = generator.integers(0, 16, options.count)
center = generator.normal(-0.3, 0.5, 16)[channel]
spread = generator.uniform(0.3, 1.5, 16)[channel]
values = (center + spread * generator.standard_t(6, options.count)).astype(numpy.float32)
values.tofile(options.out)
print(json.dumps({"count": options.count}))
