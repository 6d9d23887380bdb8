"""Ray Tune's side of bench/overhead.ts: trials that sleep, as functions, each in an actor of one of its processors.

Started by it with: an empty folder, trials, processors, seconds of sleep. Prints the seconds that all of them take, Ray
itself being up.
"""

import sys
import time

import ray
from ray import tune

folder, trials, workers, seconds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])


def trial(config):
    if seconds > 0:
        time.sleep(seconds)
    tune.report({"accuracy": 0.5})


ray.init(num_cpus=workers, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
start = time.perf_counter()
tune.Tuner(
    trial,
    param_space={"learning_rate": tune.loguniform(0.0001, 1)},
    tune_config=tune.TuneConfig(num_samples=trials, metric="accuracy", mode="max"),
    run_config=tune.RunConfig(storage_path=folder, verbose=0),
).fit()
print(time.perf_counter() - start)
ray.shutdown()
