"""The article's students and its weighted loss, in Keras."""

import keras
import tensorflow as tf


def make_student(name, size, classes):
    """The "shallow" or the "deep" student for images of a side, to logits."""
    layers = [
        keras.Input((size, size, 3)),
        keras.layers.Conv2D(64, 3, activation="relu", kernel_initializer="he_normal"),
        keras.layers.MaxPooling2D(4),
        keras.layers.Conv2D(128, 3, activation="relu", kernel_initializer="he_normal"),
    ]
    if name == "deep":
        layers += [
            keras.layers.MaxPooling2D(4),
            keras.layers.Conv2D(256, 3, activation="relu", kernel_initializer="he_normal"),
        ]
    layers += [
        keras.layers.GlobalAveragePooling2D(),
        keras.layers.Dense(512, activation="relu"),
        keras.layers.Dense(classes),
    ]
    return keras.Sequential(layers)


def weighted_loss(labels, teacher_logits, logits, temperature, alpha, beta):
    """(α·τ²·KL(teacher || student) + β·cross-entropy)/(α + β), the mean over the batch."""
    soft = tf.nn.softmax(teacher_logits / temperature)
    divergence = tf.reduce_sum(
        soft * (tf.nn.log_softmax(teacher_logits / temperature) - tf.nn.log_softmax(logits / temperature)), axis=-1
    )
    hard = tf.nn.softmax_cross_entropy_with_logits(labels, logits)
    return tf.reduce_mean((alpha * temperature**2 * divergence + beta * hard) / (alpha + beta))
