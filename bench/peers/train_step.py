"""Keras's side of bench/train-step.ts: the article's students in graph mode, the teacher's logits given.

Started by it with: task ("step" or "epoch"), student ("shallow" or "deep"), image side, batch size, threads, runs a
round. Prints "ready" after a warm-up, then, for each line on its input, the seconds that one run takes.

"step" is one update with the article's weighted loss; "epoch" takes 512 images from bytes through a tf.data pipeline,
trains on them and evaluates 64 others.
"""

import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf

from article import make_student, weighted_loss

task, student = sys.argv[1:3]
size, batch, threads, runs = map(int, sys.argv[3:7])
tf.config.threading.set_intra_op_parallelism_threads(threads)
tf.config.threading.set_inter_op_parallelism_threads(1)

CLASSES, TEMPERATURE, ALPHA, BETA = 5, 5.0, 0.9, 0.1
TRAIN, VALIDATION = 512, 64

model = make_student(student, size, CLASSES)
optimizer = keras.optimizers.Adam(1e-2)
optimizer.build(model.trainable_variables)


def objective(labels, teacher, logits):
    return weighted_loss(labels, teacher, logits, TEMPERATURE, ALPHA, BETA)


@tf.function
def train_step(images, labels, teacher):
    with tf.GradientTape() as tape:
        logits = model(images, training=True)
        loss = objective(labels, teacher, logits)
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    return loss


@tf.function
def validation_step(images, labels, teacher):
    logits = model(images, training=False)
    hits = tf.equal(tf.argmax(logits, axis=-1), tf.argmax(labels, axis=-1))
    return objective(labels, teacher, logits), tf.reduce_sum(tf.cast(hits, tf.int32))


random = np.random.default_rng(1)
if task == "step":
    images = tf.constant(random.random((batch, size, size, 3), dtype=np.float32))
    labels = tf.one_hot(tf.range(batch) % CLASSES, CLASSES)
    teacher = tf.constant(random.random((batch, CLASSES), dtype=np.float32))

    def run():
        train_step(images, labels, teacher).numpy()

else:
    pixels = random.integers(0, 256, (TRAIN + VALIDATION, size, size, 3), dtype=np.uint8)
    labels = np.eye(CLASSES, dtype=np.float32)[np.arange(TRAIN + VALIDATION) % CLASSES]
    teacher = random.random((TRAIN + VALIDATION, CLASSES), dtype=np.float32)

    def as_floats(images, labels, teacher):
        return tf.cast(images, tf.float32) / 255.0, labels, teacher

    def split(start, end):
        return tf.data.Dataset.from_tensor_slices((pixels[start:end], labels[start:end], teacher[start:end]))

    with tf.device("/CPU:0"):
        training = split(0, TRAIN).shuffle(TRAIN).batch(batch).map(as_floats).prefetch(1)
        validation = split(TRAIN, TRAIN + VALIDATION).batch(batch).map(as_floats).prefetch(1)

    def run():
        for example in training:
            train_step(*example)
        for example in validation:
            validation_step(*example)[0].numpy()


for _ in range(3 if task == "step" else 1):
    run()
print("ready", flush=True)
for _ in sys.stdin:
    start = time.perf_counter()
    for _ in range(runs):
        run()
    print((time.perf_counter() - start) / runs, flush=True)
