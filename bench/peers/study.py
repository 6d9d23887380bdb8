"""Python's side of bench/study.ts: the article's loop under Optuna, with the teacher in every step.

Started by it with: folder of photos (one folder per class), weight file of MobileNetV2, image side, database of the
study. Decodes once, fine-tunes the teacher for one epoch, then trains twelve shallow students of two epochs, one for
each of four temperatures and three weights of the soft labels, all on all cores.
"""

import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import optuna
import tensorflow as tf

from article import make_student, weighted_loss

folder, weights, size, database = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
BATCH, EPOCHS, CLASSES = 64, 2, 5

keras.utils.set_random_seed(1)
pixels, labels = [], []
for images, classes in keras.utils.image_dataset_from_directory(
    folder, image_size=(size, size), batch_size=BATCH, shuffle=True, seed=1, verbose=False
):
    pixels.append(images.numpy().astype(np.uint8))
    labels.append(classes.numpy())
pixels, labels = np.concatenate(pixels), np.concatenate(labels)
cut = round(0.85 * len(labels))


def as_floats(images, classes):
    return tf.cast(images, tf.float32) / 255.0, tf.one_hot(classes, CLASSES)


def split(start, end):
    return tf.data.Dataset.from_tensor_slices((pixels[start:end], labels[start:end]))


training = split(0, cut).shuffle(cut, seed=1).batch(BATCH).map(as_floats).prefetch(tf.data.AUTOTUNE)
validation = split(cut, len(labels)).batch(BATCH).map(as_floats).prefetch(tf.data.AUTOTUNE)

base = keras.applications.MobileNetV2(input_shape=(size, size, 3), include_top=False, weights=None)
base.load_weights(weights)
inputs = keras.Input((size, size, 3))
features = keras.layers.GlobalAveragePooling2D()(base(inputs, training=False))
teacher = keras.Model(inputs, keras.layers.Dense(CLASSES)(features))
teacher.compile(
    optimizer=keras.optimizers.Adam(1e-5), loss=keras.losses.CategoricalCrossentropy(from_logits=True), metrics=["accuracy"]
)
teacher.fit(training, validation_data=validation, epochs=1, verbose=0)
teacher.trainable = False


def train_student(temperature, alpha):
    student = make_student("shallow", size, CLASSES)
    optimizer = keras.optimizers.Adam(1e-2)
    optimizer.build(student.trainable_variables)

    def objective(classes, teacher_logits, logits):
        return weighted_loss(classes, teacher_logits, logits, temperature, alpha, 1 - alpha)

    @tf.function
    def train_step(images, classes):
        teacher_logits = teacher(images, training=False)
        with tf.GradientTape() as tape:
            logits = student(images, training=True)
            loss = objective(classes, teacher_logits, logits)
        gradients = tape.gradient(loss, student.trainable_variables)
        optimizer.apply_gradients(zip(gradients, student.trainable_variables))
        return loss

    @tf.function
    def validation_step(images, classes):
        logits = student(images, training=False)
        return objective(classes, teacher(images, training=False), logits), tf.reduce_sum(
            tf.cast(tf.equal(tf.argmax(logits, -1), tf.argmax(classes, -1)), tf.int32)
        )

    accuracy = 0.0
    for _ in range(EPOCHS):
        for images, classes in training:
            train_step(images, classes)
        hits = [validation_step(images, classes)[1].numpy() for images, classes in validation]
        accuracy = float(sum(hits)) / (len(labels) - cut)
    return accuracy


optuna.logging.set_verbosity(optuna.logging.WARNING)
grid = {"temperature": [1.0, 3.0, 5.0, 10.0], "alpha": [0.1, 0.5, 0.9]}
study = optuna.create_study(
    direction="maximize", storage=f"sqlite:///{database}", sampler=optuna.samplers.GridSampler(grid)
)
study.optimize(
    lambda trial: train_student(
        trial.suggest_categorical("temperature", grid["temperature"]), trial.suggest_categorical("alpha", grid["alpha"])
    ),
    n_trials=12,
)
print(f"{len(study.trials)} trials, best {study.best_value:.3f}")
