#!/usr/bin/env python3
"""Makes the ONNX fixtures of this folder.

For each NAME it writes NAME.onnx, NAME.input.f32 and NAME.output.f32: two images (channels first, whatever layout the
model has) and the logits that ONNX Runtime computes for them, as raw little-endian floats. A softmax behind the last
layer is cut off before that, as the importer leaves it out.

Needs torch, onnx, onnxscript, onnxruntime and numpy; keras-*.onnx also tensorflow and tf2onnx, and are left as they
are where those are missing. Usage: make_onnx_fixtures.py [NAME_PREFIX]
"""
import sys
import warnings
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

HERE = Path(__file__).parent
ONLY = sys.argv[1] if len(sys.argv) > 1 else ""


def wanted(name):
    return name.startswith(ONLY)


def save(name, model, shape, channels_last=False):
    """`shape` is that of one image, channels first."""
    onnx.checker.check_model(model)
    rng = np.random.default_rng(sum(name.encode()))
    images = rng.standard_normal((2, *shape)).astype("<f4")
    runnable = onnx.ModelProto()
    runnable.CopyFrom(model)
    last = next(node for node in runnable.graph.node if runnable.graph.output[0].name in node.output)
    if last.op_type in ("Softmax", "LogSoftmax", "Sigmoid"):
        runnable.graph.output[0].name = last.input[0]
    session = onnxruntime.InferenceSession(runnable.SerializeToString(), providers=["CPUExecutionProvider"])
    fed = images.transpose(0, 2, 3, 1) if channels_last else images
    fixed = session.get_inputs()[0].shape[0]
    if isinstance(fixed, int):
        single = [session.run(None, {session.get_inputs()[0].name: fed[i : i + 1]})[0] for i in range(2)]
        logits = np.concatenate(single)
    else:
        logits = session.run(None, {session.get_inputs()[0].name: fed})[0]
    assert logits.shape[0] == 2 and np.isfinite(logits).all() and logits.std() > 1e-3, (name, logits)
    (HERE / f"{name}.onnx").write_bytes(model.SerializeToString())
    images.tofile(HERE / f"{name}.input.f32")
    logits.astype("<f4").tofile(HERE / f"{name}.output.f32")
    size = (HERE / f"{name}.onnx").stat().st_size
    print(f"{name}: {size} bytes, {len(model.graph.node)} nodes, {sorted({n.op_type for n in model.graph.node})}")


# --- PyTorch


def torch_networks():
    import torch
    from torch import nn
    from torch.nn import functional as F

    def randomise(module):
        generator = torch.Generator().manual_seed(7)
        for layer in module.modules():
            if isinstance(layer, nn.BatchNorm2d | nn.BatchNorm1d):
                layer.running_mean.copy_(torch.randn(layer.running_mean.shape, generator=generator) * 0.3)
                layer.running_var.copy_(torch.rand(layer.running_var.shape, generator=generator) + 0.5)
                layer.weight.data.copy_(torch.rand(layer.weight.shape, generator=generator) + 0.5)
                layer.bias.data.copy_(torch.randn(layer.bias.shape, generator=generator) * 0.3)
            elif isinstance(layer, nn.Conv2d | nn.Linear):
                layer.weight.data.copy_(torch.randn(layer.weight.shape, generator=generator) * 0.35)
                if layer.bias is not None:
                    layer.bias.data.copy_(torch.randn(layer.bias.shape, generator=generator) * 0.3)
        return module.eval()

    class Residual(nn.Module):
        """Blocks with identity, option-A (slice and pad) and projected shortcuts."""

        def __init__(self):
            super().__init__()
            self.stem, self.norm = nn.Conv2d(3, 4, 3, padding=1, bias=False), nn.BatchNorm2d(4)
            self.a, self.a_norm = nn.Conv2d(4, 4, 3, padding=1, bias=False), nn.BatchNorm2d(4)
            self.b, self.b_norm = nn.Conv2d(4, 8, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(8)
            self.c, self.c_norm = nn.Conv2d(8, 8, 3, padding=1), nn.BatchNorm2d(8)
            self.short, self.short_norm = nn.Conv2d(8, 8, 1, bias=False), nn.BatchNorm2d(8)
            self.linear = nn.Linear(8, 5)

        def forward(self, x):
            x = F.relu(self.norm(self.stem(x)))
            x = F.relu(self.a_norm(self.a(x)) + x)
            x = F.relu(self.b_norm(self.b(x)) + F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 2, 2)))
            x = F.relu(self.c_norm(self.c(x)) + self.short_norm(self.short(x)))
            x = F.avg_pool2d(x, x.size(3))
            return self.linear(x.view(x.size(0), -1))

    class Activations(nn.Module):
        """One layer for each activation."""

        def __init__(self):
            super().__init__()
            self.functions = nn.ModuleList(
                [
                    nn.ReLU(), nn.LeakyReLU(0.1), nn.ReLU6(), nn.Hardtanh(-1.5, 2), nn.Sigmoid(), nn.Tanh(), nn.SiLU(),
                    nn.Hardswish(), nn.Hardsigmoid(), nn.GELU(), nn.GELU(approximate="tanh"), nn.PReLU(init=0.2),
                ]
            )
            self.layers = nn.ModuleList([nn.Conv2d(2, 2, 3, padding=1) for _ in self.functions])
            self.linear = nn.Linear(2 * 5 * 5, 4)

        def forward(self, x):
            for layer, function in zip(self.layers, self.functions):
                x = x + function(layer(x))
            return self.linear(torch.flatten(x, 1))

    class Windows(nn.Module):
        """Pools, groups, dilations, asymmetric pads, branches joined along channels."""

        def __init__(self):
            super().__init__()
            self.stem = nn.Conv2d(2, 4, (3, 5), stride=(1, 2), padding=(1, 2))
            self.depth = nn.Conv2d(4, 4, 3, padding=1, groups=4)
            self.grouped = nn.Conv2d(4, 6, 3, padding=2, dilation=2, groups=2, bias=False)
            self.uneven = nn.Conv2d(4, 3, 3, stride=2)
            self.mix = nn.Conv2d(13, 6, 1)
            self.linear = nn.Linear(11, 4)

        def forward(self, x):
            x = F.relu(self.stem(x))
            a = F.relu(self.depth(x))
            b = F.relu(self.grouped(x))
            c = F.max_pool2d(x[:, :3], 3, stride=1, padding=1)
            x = torch.cat([a, b, c], 1)
            x = F.relu(self.mix(x))
            first, second = torch.split(x, [2, 4], dim=1)
            second = self.uneven(F.pad(second, (1, 0, 2, 1)))
            second = F.avg_pool2d(F.relu(second), 3, stride=2, padding=1, count_include_pad=True)
            third = F.avg_pool2d(first, 3, stride=2, padding=1, count_include_pad=False, ceil_mode=True)
            fourth = F.max_pool2d(first, 2, stride=2, ceil_mode=True)
            parts = [
                torch.mean(first, dim=(2, 3)), second.mean((-2, -1), keepdim=True).squeeze(-1).squeeze(-1),
                F.adaptive_avg_pool2d(third, 1).flatten(1), F.adaptive_max_pool2d(fourth, 1).flatten(1),
                torch.flatten(first[:, :1, 2:-1:3, -1:], 1),
            ]
            return self.linear(torch.cat(parts, 1))

    class Shapes(nn.Module):
        """Normalises its input, reshapes by computed sizes, and ends in a softmax."""

        def __init__(self):
            super().__init__()
            self.register_buffer("mean", torch.tensor([0.4, 0.5, 0.6]).view(1, 3, 1, 1))
            self.register_buffer("std", torch.tensor([0.2, 0.3, 0.25]).view(1, 3, 1, 1))
            self.conv = nn.Conv2d(3, 4, 3)
            self.norm = nn.BatchNorm2d(4)
            self.first = nn.Linear(4 * 4 * 4, 12)
            self.vector_norm = nn.BatchNorm1d(12)
            self.second = nn.Linear(12, 4)
            self.dropout = nn.Dropout(0.5)

        def forward(self, x):
            x = ((x / 2 + 0.5) - self.mean) / self.std
            x = self.norm(F.relu(self.conv(x)))
            x = x.reshape(x.shape[0], x.shape[1], x.shape[2] * x.shape[3])
            x = x.view(x.size(0), x.size(1) * x.size(2))
            x = self.dropout(F.relu(self.vector_norm(self.first(x))))
            x = 1 - self.second(x) * 2
            return F.softmax(x, dim=1)

    class ChannelsLast(nn.Module):
        """Linear layers on transposed images, as ConvNeXt has them."""

        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(2, 3, 3, padding=1)
            self.wide, self.narrow = nn.Linear(3, 6), nn.Linear(6, 3)
            self.head = nn.Linear(3 * 4 * 4, 4)

        def forward(self, x):
            x = self.conv(x)
            y = x.permute(0, 2, 3, 1)
            y = self.narrow(F.gelu(self.wide(y)))
            x = x + y.permute(0, 3, 1, 2)
            return F.log_softmax(self.head(x.permute(0, 2, 3, 1).flatten(1)), dim=-1)

    networks = {
        "residual": (Residual, (3, 8, 8)),
        "activations": (Activations, (2, 5, 5)),
        "windows": (Windows, (2, 9, 12)),
        "shapes": (Shapes, (3, 6, 6)),
        "channels": (ChannelsLast, (2, 4, 4)),
    }
    # Exporter, opset, and whether the exporter may simplify the graph.
    exports = [
        ("legacy", 11, False), ("legacy", 13, True), ("legacy", 17, False), ("legacy", 20, True),
        ("dynamo", 18, True), ("dynamo", 18, False), ("dynamo", 20, True), ("dynamo", 20, False),
    ]
    for key, (network, shape) in networks.items():
        for exporter, opset, simplify in exports:
            name = f"{key}-{exporter}-{opset}{'' if simplify else '-raw'}"
            if not wanted(name):
                continue
            with torch.no_grad():
                module = randomise(network())
            path = HERE / "export.tmp"
            example = (torch.zeros(2, *shape),)
            if exporter == "legacy":
                torch.onnx.export(
                    module, example, path, dynamo=False, opset_version=opset, input_names=["image"],
                    output_names=["logits"], do_constant_folding=simplify, dynamic_axes={"image": {0: "batch"}},
                    training=torch.onnx.TrainingMode.EVAL if simplify else torch.onnx.TrainingMode.PRESERVE,
                )
            else:
                torch.onnx.export(
                    module, example, path, dynamo=True, opset_version=opset, input_names=["image"],
                    output_names=["logits"], optimize=simplify, external_data=False, verbose=False,
                    dynamic_shapes=({0: torch.export.Dim("batch")},),
                )
            model = onnx.load(path)
            path.unlink()
            # Traces of the exporting machine and most of the bytes.
            for node in model.graph.node:
                del node.metadata_props[:]
                node.doc_string = ""
            for function in model.functions:
                function.doc_string = ""
                for node in function.node:
                    del node.metadata_props[:]
                    node.doc_string = ""
            del model.graph.metadata_props[:], model.metadata_props[:], model.graph.value_info[:]
            for info in [*model.graph.input, *model.graph.output]:
                del info.metadata_props[:]
            for tensor in model.graph.initializer:
                del tensor.metadata_props[:]
            save(name, model, shape)


# --- By hand: old forms of operators, and what tf2onnx writes


class Graph:
    def __init__(self, opset, seed=3):
        self.opset, self.nodes, self.initializers, self.rng = opset, [], [], np.random.default_rng(seed)

    def constant(self, array, dtype=None):
        name = f"c{len(self.initializers)}"
        array = np.asarray(array, dtype=dtype)
        self.initializers.append(numpy_helper.from_array(array, name))
        return name

    def random(self, *shape, scale=0.4, dtype=np.float32):
        return self.constant(self.rng.standard_normal(shape) * scale, dtype)

    def node(self, op_type, *inputs, output=None, outputs=1, **attributes):
        names = [f"{op_type.lower()}{len(self.nodes)}_{i}" for i in range(outputs)]
        if output:
            names = [output]
        self.nodes.append(helper.make_node(op_type, list(inputs), names, f"n/{names[0]}", **attributes))
        return names[0] if outputs == 1 else names

    def model(self, input_shape, output_shape, ir_version=8):
        graph = helper.make_graph(
            self.nodes, "hand", [helper.make_tensor_value_info("image", TensorProto.FLOAT, input_shape)],
            [helper.make_tensor_value_info("logits", TensorProto.FLOAT, output_shape)], self.initializers,
        )
        return helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", self.opset)], ir_version=ir_version, producer_name="by hand"
        )


def old_forms():
    """Opset 9: Slice, Pad, Clip, Squeeze and Unsqueeze with attributes; Reshape with 0; a batch size in the file."""
    g = Graph(9)
    x = g.node("Pad", "image", mode="constant", pads=[0, 0, 1, 0, 0, 0, 2, 1], value=0.0)
    x = g.node("Conv", x, g.random(4, 2, 3, 3), kernel_shape=[3, 3])
    x = g.node("Clip", x, min=0.0, max=6.0)
    x = g.node("Slice", x, axes=[1, 2], starts=[1, -6], ends=[2**63 - 1, 6])
    x = g.node("Sum", x, g.node("Neg", g.node("Tanh", x)), x)
    x = g.node("ReduceMean", x, axes=[2, -1], keepdims=0)
    x = g.node("Unsqueeze", x, axes=[2, 3])
    x = g.node("Squeeze", x, axes=[3])
    x = g.node("Reshape", x, g.constant([0, -1], np.int64))
    x = g.node("Gemm", x, g.random(3, 4), g.random(4), alpha=0.5, beta=2.0)
    g.node("Identity", x, output="logits")
    save("hand-old-forms-9", g.model([1, 2, 6, 5], [1, 4]), (2, 6, 5))


def automatic_padding():
    """auto_pad, half-precision and double weights, a bias behind MatMul, MobileNet's hard-swish as it was written."""
    g = Graph(13)
    x = g.node("Conv", "image", g.random(4, 3, 3, 3), strides=[2, 2], auto_pad="SAME_UPPER")
    six = g.constant(6, np.float32)
    inner = g.node("Clip", g.node("Add", x, g.constant(3, np.float32)), g.constant(0, np.float32), six)
    x = g.node("Div", g.node("Mul", x, inner), six)
    x = g.node("Conv", x, g.random(4, 4, 2, 2), strides=[2, 2], auto_pad="SAME_LOWER")
    x = g.node("Min", g.node("Max", x, g.constant(0, np.float32)), six)
    half = g.node("Cast", g.random(4, 4, 2, 2, dtype=np.float16), to=TensorProto.FLOAT)
    x = g.node("Conv", x, half, auto_pad="VALID")
    x = g.node("AveragePool", x, kernel_shape=[2, 2], auto_pad="SAME_UPPER", strides=[1, 1])
    x = g.node("Flatten", x)
    double = g.node("Cast", g.random(5, 16, dtype=np.float64), to=TensorProto.FLOAT)
    x = g.node("MatMul", x, g.node("Transpose", double, perm=[1, 0]))
    g.node("Add", g.random(5), x, output="logits")
    save("hand-automatic-padding-13", g.model(["N", 3, 9, 11], ["N", 5]), (3, 9, 11))


def keras_like():
    """Channels last in and out, as tf2onnx writes a small Keras network."""
    g = Graph(15)
    x = g.node("Mul", "image", g.constant(1 / 3, np.float32))
    x = g.node("Sub", x, g.constant([0.1, 0.2, 0.3], np.float32))
    x = g.node("Transpose", x, perm=[0, 3, 1, 2])
    x = g.node("Conv", x, g.random(4, 3, 3, 3), g.random(4), auto_pad="SAME_UPPER", strides=[2, 2])
    x = g.node(
        "BatchNormalization", x, g.constant([1, 0.5, 2, 1], np.float32), g.random(4), g.random(4),
        g.constant([1, 2, 0.5, 0.7], np.float32), epsilon=1e-3,
    )
    x = g.node("Mul", x, g.node("Sigmoid", x))
    x = g.node("MaxPool", x, kernel_shape=[2, 2], strides=[2, 2])
    x = g.node("Transpose", x, perm=[0, 2, 3, 1])
    # A 1 x 1 layer on channels last, and a normalisation there.
    x = g.node("MatMul", x, g.random(4, 5))
    x = g.node("Add", x, g.random(5))
    x = g.node("Relu", x)
    x = g.node("Mul", x, g.random(1, 1, 1, 5))
    x = g.node("Reshape", x, g.constant([-1, 20], np.int64))
    x = g.node("MatMul", x, g.random(20, 6))
    x = g.node("Add", x, g.random(6))
    x = g.node("LeakyRelu", x, alpha=0.3)
    x = g.node("MatMul", x, g.random(6, 4))
    x = g.node("Add", x, g.random(4))
    g.node("Softmax", x, output="logits")
    save("hand-keras-15", g.model(["N", 8, 8, 3], ["N", 4]), (3, 8, 8), channels_last=True)


def grey_channels_last():
    """One channel, so a reshape instead of a transpose; Gelu of opset 20, Pad with axes, Split into equal parts."""
    g = Graph(20)
    x = g.node("Reshape", "image", g.constant([-1, 1, 7, 7], np.int64))
    x = g.node("Pad", x, g.constant([1, 0, 0, 1], np.int64), "", g.constant([2, 3], np.int64))
    x = g.node("Conv", x, g.random(4, 1, 3, 3))
    x = g.node("Gelu", x, approximate="tanh")
    first, second = g.node("Split", x, axis=1, num_outputs=2, outputs=2)
    x = g.node("Concat", g.node("Gelu", second), first, axis=-3)
    x = g.node("GlobalAveragePool", x)
    x = g.node("Squeeze", x)
    g.node("Gemm", x, g.random(4, 3), output="logits")
    save("hand-grey-20", g.model(["N", 7, 7, 1], ["N", 3]), (1, 7, 7), channels_last=True)


def keras_networks():
    try:
        import tensorflow as tf
        import tf2onnx
    except ImportError:
        print("keras: skipped, needs tensorflow and tf2onnx")
        return
    from tensorflow import keras
    from tensorflow.keras import layers

    def sequential():
        return keras.Sequential(
            [
                keras.Input((8, 8, 3)), layers.Rescaling(0.5, offset=-0.2),
                layers.Conv2D(4, 3, padding="same", use_bias=False), layers.BatchNormalization(), layers.ReLU(6.0),
                layers.MaxPooling2D(), layers.DepthwiseConv2D(3, padding="same"), layers.Activation("swish"),
                layers.AveragePooling2D(2, padding="same"), layers.Flatten(),
                # tf2onnx has no operator for the exact GELU.
                layers.Dense(6, activation=lambda x: keras.activations.gelu(x, approximate=True)), layers.Dropout(0.3),
                layers.Dense(4, activation="softmax"),
            ]
        )

    def functional():
        image = keras.Input((9, 9, 3))
        x = layers.ZeroPadding2D(((1, 0), (0, 1)))(image)
        x = layers.Conv2D(4, 3, strides=2, padding="valid", activation="leaky_relu")(x)
        y = layers.Conv2D(4, 3, padding="same")(x)
        y = layers.BatchNormalization()(y)
        x = layers.Add()([x, y])
        x = layers.Activation("tanh")(x)
        x = layers.Concatenate()([x, layers.SeparableConv2D(3, 3, padding="same", activation="sigmoid")(x)])
        x = layers.GlobalAveragePooling2D()(x)
        return keras.Model(image, layers.Dense(4)(x))

    for key, build in {"sequential": sequential, "functional": functional}.items():
        for opset in (13, 17):
            name = f"keras-{key}-{opset}"
            if not wanted(name):
                continue
            keras.utils.set_random_seed(5)
            network = build()
            for layer in network.layers:
                if isinstance(layer, layers.BatchNormalization):
                    gamma, beta, mean, variance = layer.get_weights()
                    rng = np.random.default_rng(1)
                    layer.set_weights(
                        [gamma + 0.2, rng.standard_normal(beta.shape), rng.standard_normal(mean.shape), variance + 0.3])
            shape = network.input_shape[1:]
            signature = [tf.TensorSpec((None, *shape), tf.float32, name="image")]
            function = tf.function(lambda image: network(image, training=False), input_signature=signature)
            model, _ = tf2onnx.convert.from_function(function, input_signature=signature, opset=opset)
            save(name, model, (shape[2], shape[0], shape[1]), channels_last=True)


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    for make in (old_forms, automatic_padding, keras_like, grey_channels_last):
        if wanted("hand"):
            make()
    keras_networks()
    try:
        import torch  # noqa: F401
    except ImportError:
        print("torch: skipped")
    else:
        torch_networks()
