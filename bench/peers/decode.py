"""Keras's side of bench/decode.ts: a folder's photos, decoded and resized (bilinear, aspect not kept), as one uint8 array.

Started by it with: folder, image side. Prints "ready" after a warm-up, then, for each line on its input, the seconds that
one run takes.
"""

import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy

folder, size = sys.argv[1], int(sys.argv[2])


def run():
    start = time.perf_counter()
    photos = keras.utils.image_dataset_from_directory(
        folder, image_size=(size, size), batch_size=64, shuffle=False, verbose=False
    )
    batches = [images.numpy().astype("uint8") for images, _ in photos]
    numpy.concatenate(batches)
    return time.perf_counter() - start


run()
print("ready", flush=True)
for _ in sys.stdin:
    print(run(), flush=True)
