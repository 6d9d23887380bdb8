"""Optuna's side of bench/overhead.ts: trials that sleep, in threads, results in SQLite.

Started by it with: an empty folder, trials, threads, seconds of sleep. Prints the seconds that all of them take.
"""

import sys
import time

import optuna

folder, trials, threads, seconds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
optuna.logging.set_verbosity(optuna.logging.ERROR)


def objective(trial):
    trial.suggest_float("learning_rate", 0.0001, 1, log=True)
    if seconds > 0:
        time.sleep(seconds)
    trial.report(0.5, step=1)
    return 0.5


start = time.perf_counter()
study = optuna.create_study(
    storage=f"sqlite:///{folder}/study.db", sampler=optuna.samplers.RandomSampler(seed=1), direction="maximize"
)
study.optimize(objective, n_trials=trials, n_jobs=threads)
print(time.perf_counter() - start)
