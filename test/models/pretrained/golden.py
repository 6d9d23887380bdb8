"""Writes golden.json: what Keras computes on weights that a formula gives.

    pip install tensorflow-cpu==2.21.0 keras==3.15.1
    python test/models/pretrained/golden.py
"""

import json
import math
import pathlib

import keras
import numpy as np
import tensorflow as tf

MASK = 0xFFFFFFFF


def noise(key, count):
    """`count` values in [-0.5, 0.5), each a multiple of 2^-32; as in golden.test.ts."""
    seed = 0
    for character in key:
        seed = (seed * 31 + ord(character)) & MASK
    values = []
    for i in range(count):
        h = (i * 2654435761 + seed) & MASK
        h ^= h >> 15
        h = (h * 0x85EBCA6B) & MASK
        h ^= h >> 13
        values.append(h / 4294967296 - 0.5)
    return np.array(values, np.float64)


def value(name, shape):
    weight = name.split("/")[-1]
    u = noise(name, math.prod(shape))
    if weight == "count":
        u = u * 0
    elif name == "normalization/mean":
        u = 0.5 + 0.2 * u
    elif name == "normalization/variance":
        u = 0.06 + 0.02 * u
    elif weight == "gamma":
        u = 1 + 0.4 * u
    elif weight == "moving_variance":
        u = 1 + 0.5 * u
    elif weight == "depthwise_kernel":
        u = 2 * u * math.sqrt(6 / (shape[0] * shape[1]))
    elif weight == "kernel":
        u = 2 * u * math.sqrt(6 / (shape[0] * shape[1] * shape[2]))
    else:  # beta, bias, moving_mean
        u = 0.4 * u
    return u.astype(np.float32).reshape(shape)


def name_of(layer, variable):
    weight = variable.name
    if isinstance(layer, keras.layers.DepthwiseConv2D) and weight == "kernel":
        weight = "depthwise_kernel"
    name = "normalization" if isinstance(layer, keras.layers.Normalization) else layer.name
    return f"{name}/{weight}"


def fill(model):
    for layer in model.layers:
        for variable in layer.weights:
            filled = value(name_of(layer, variable), tuple(variable.shape))
            variable.assign(filled.astype(variable.dtype))
        if isinstance(layer, keras.layers.Normalization):
            layer.finalize_state()


def case(name, model, size, to_input):
    fill(model)
    x = (np.floor((noise("images", 2 * size * size * 3) + 0.5) * 256) / 255).astype(np.float32)
    x = tf.constant(to_input(x.reshape(2, size, size, 3)))
    weights = tf.constant(noise("loss", 2 * model.output_shape[-1]).astype(np.float32).reshape(2, -1))
    with tf.GradientTape() as tape:
        features = model(x, training=False)
        loss = tf.reduce_sum(features * weights)
    variables = [(name_of(layer, v), v) for layer in model.layers for v in layer.trainable_weights]
    gradients = tape.gradient(loss, [v.value for _, v in variables])
    return {
        "name": name,
        "size": size,
        "parameters": model.count_params(),
        "trainable": int(sum(np.prod(v.shape) for _, v in variables)),
        "every16thFeature": [float(f"{v:.7g}") for v in features.numpy().reshape(-1)[::16]],
        "gradientNorms": {
            key: float(f"{np.linalg.norm(g.numpy().astype(np.float64)):.7g}")
            for (key, _), g in zip(variables, gradients)
        },
    }


def mobilenet(alpha, size):
    return keras.applications.MobileNetV2(
        input_shape=(size, size, 3), alpha=alpha, include_top=False, weights=None, pooling="avg"
    )


def efficientnet(size):
    return keras.applications.EfficientNetB0(
        input_shape=(size, size, 3), include_top=False, weights=None, pooling="avg"
    )


cases = [
    case("mobilenet_v2_0.35", mobilenet(0.35, 32), 32, lambda x: x * 2 - 1),
    case("mobilenet_v2_0.35", mobilenet(0.35, 45), 45, lambda x: x * 2 - 1),
    case("efficientnet_b0", efficientnet(32), 32, lambda x: x * 255),
    case("efficientnet_b0", efficientnet(45), 45, lambda x: x * 255),
]
alphas = {str(a): mobilenet(a, 32).count_params() for a in (0.35, 0.5, 0.75, 1.0, 1.3, 1.4)}
result = {
    "madeWith": f"Keras {keras.__version__}, TensorFlow {tf.__version__}",
    "mobileNetParameters": alphas,
    "cases": cases,
}
path = pathlib.Path(__file__).with_name("golden.json")
path.write_text(json.dumps(result, indent=1) + "\n")
