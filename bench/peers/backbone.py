"""Keras's side of bench/backbone.ts: MobileNetV2 1.0 in graph mode, random weights.

Started by it with: task ("inference" or "step"), image side, batch size, threads, runs a round. Prints "ready" after a
warm-up, then, for each line on its input, the seconds that one run takes.
"""

import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import tensorflow as tf

task = sys.argv[1]
size, batch, threads, runs = map(int, sys.argv[2:6])
tf.config.threading.set_intra_op_parallelism_threads(threads)
tf.config.threading.set_inter_op_parallelism_threads(1)

base = keras.applications.MobileNetV2(input_shape=(size, size, 3), include_top=False, weights=None)
inputs = keras.Input((size, size, 3))
features = keras.layers.GlobalAveragePooling2D()(base(inputs, training=False))
model = keras.Model(inputs, keras.layers.Dense(5)(features))
optimizer = keras.optimizers.Adam(1e-5)
optimizer.build(model.trainable_variables)
images = tf.random.stateless_uniform((batch, size, size, 3), (1, 2))
labels = tf.one_hot(tf.range(batch) % 5, 5)


@tf.function
def inference():
    return model(images, training=False)


@tf.function
def step():
    with tf.GradientTape() as tape:
        logits = model(images, training=True)
        loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels, logits))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    return loss


run = step if task == "step" else inference
for _ in range(3):
    run().numpy()
print("ready", flush=True)
for _ in sys.stdin:
    start = time.perf_counter()
    for _ in range(runs):
        run().numpy()
    print((time.perf_counter() - start) / runs, flush=True)
