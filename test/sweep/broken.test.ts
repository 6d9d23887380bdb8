import assert from "node:assert/strict";
import { refused } from "./parsing.js";

/** Sweep files that are wrong, each with all that must be said of it. */
const corpus: readonly (readonly [title: string, text: string, ...messages: string[]])[] = [
  // The file as a whole
  [
    "an empty file",
    "",
    "x.yaml:1: expected the keys of a sweep file, like name, seeds, loss and parameters, found nothing",
  ],
  [
    "nothing but comments",
    "# none\n",
    "x.yaml:1: expected the keys of a sweep file, like name, seeds, loss and parameters, found nothing",
  ],
  [
    "prose",
    "just text",
    'x.yaml:1: expected the keys of a sweep file, like name, seeds, loss and parameters, found "just text"',
  ],
  [
    "a list",
    "- a\n- b\n",
    'x.yaml:1: expected the keys of a sweep file, like name, seeds, loss and parameters, found the list ["a","b"]',
  ],
  [
    "an open bracket",
    "seeds: [1, 2\nname: x\n",
    "x.yaml:2: expected YAML, found an error: flow sequence in block collection must be sufficiently indented and end with a ]",
  ],
  [
    "two keys on a line",
    "name: a: b\n",
    "x.yaml:1: expected YAML, found an error: nested mappings are not allowed in compact mappings",
  ],
  [
    "an indent by tab",
    "loss:\n\ttype: kd\n",
    "x.yaml:2: expected YAML, found an error: tabs are not allowed as indentation",
  ],
  ["an open quote", "name: 'x\n", "x.yaml:2: expected YAML, found an error: missing closing 'quote"],
  [
    "two documents",
    "name: x\n---\nname: y\n",
    "x.yaml:2: expected YAML, found several documents (a line of --- starts another)",
  ],
  ["a tag", "name: !shell ls\n", "x.yaml:1: expected YAML, found an error: unresolved tag: !shell"],
  [
    "binary data",
    "name: !!binary aGVsbG8=\n",
    "x.yaml:1 name: expected text, a number, true, false or null, found a value of a YAML tag",
  ],
  ["an alias of nothing", "name: *who\n", "x.yaml:1 name: expected an anchor &who, found none before this alias"],
  ["a key that is a list", "? [a]\n: 1\n", "x.yaml:1: expected a name as key, found a list, a block or nothing"],
  // Keys
  ["an unknown key", "sed: 3\n", "x.yaml:1 sed: expected a known key, found an unknown one (did you mean seeds?)"],
  [
    "an unknown key that is near to none",
    "early_stopping_rounds: 1\n",
    "x.yaml:1 early_stopping_rounds: expected a known key, found an unknown one",
  ],
  [
    "an unknown setting",
    "loss:\n  type: kd\n  temprature: 2\n",
    "x.yaml:3 loss.temprature: expected a known key, found an unknown one (did you mean loss.temperature?)",
  ],
  [
    "a misspelt group",
    "optimiser: { type: sgd }\n",
    "x.yaml:1 optimiser: expected a known key, found an unknown one (did you mean optimizer?)",
  ],
  [
    "a key twice",
    "seeds: 1\nname: x\nseeds: 2\n",
    "x.yaml:3 seeds: expected each key once, found it a second time (the first is on line 1)",
  ],
  [
    "a key twice within a block",
    "parameters:\n  loss.type: { values: [kd], values: [mse] }\n",
    "x.yaml:2 parameters.loss.type.values: expected each key once, found it a second time (the first is on line 2)",
  ],
  [
    "a setting twice, dotted and nested",
    "loss: { type: kd }\nloss.type: mse\n",
    "x.yaml:2 loss.type: expected each setting once, found it a second time (the first is on line 1)",
  ],
  [
    "__proto__",
    "__proto__: { polluted: true }\n",
    'x.yaml:1 __proto__: expected a known key, found "__proto__", a reserved name',
  ],
  [
    "__proto__ in a block",
    "loss:\n  __proto__: { type: kd }\n",
    'x.yaml:2 loss.__proto__: expected a known key, found "__proto__", a reserved name',
  ],
  [
    "constructor, dotted",
    "loss.constructor: 1\n",
    'x.yaml:1 loss.constructor: expected a known key, found "loss.constructor", a reserved name',
  ],
  ["a merge key", "loss: &l { type: kd }\n<<: *l\n", "x.yaml:2 <<: expected a known key, found an unknown one"],
  // The sweep's own keys
  [
    "another method",
    "method: bayes\n",
    'x.yaml:1 method: expected grid or { name: random, count: ... }, found "bayes" (method: { name: random, count: 20 } serves instead)',
  ],
  [
    "a misspelt method",
    "method: gird\n",
    'x.yaml:1 method: expected grid or { name: random, count: ... }, found "gird" (did you mean grid?)',
  ],
  [
    "random without a count",
    "method: random\n",
    'x.yaml:1 method: expected grid or { name: random, count: ... }, found "random" (as in method: { name: random, count: 20 })',
  ],
  [
    "random by name without a count",
    "method:\n  name: random\n",
    "x.yaml:2 method.count: expected a whole number from 1 to 10000, found nothing",
  ],
  [
    "a method with wrong values",
    "method: { name: bayes, count: 0, seed: -1, runs: 3 }\n",
    'x.yaml:1 method.name: expected random, found "bayes"',
    "x.yaml:1 method.count: expected a whole number from 1 to 10000, found 0",
    "x.yaml:1 method.seed: expected a whole number from 1 to 2147483647, found -1",
    "x.yaml:1 method.runs: expected one of name, count, seed, found an unknown key",
  ],
  [
    "a name that leaves the folder",
    "name: ../../etc\n",
    "x.yaml:1 name: expected a name of 1 to 100 letters, digits, '.', '_' and '-' that does not start with '.', found \"../../etc\"",
  ],
  [
    "a hidden name",
    "name: .git\n",
    "x.yaml:1 name: expected a name of 1 to 100 letters, digits, '.', '_' and '-' that does not start with '.', found \".git\"",
  ],
  [
    "a name that is none",
    "name: [a]\n",
    "x.yaml:1 name: expected a name of 1 to 100 letters, digits, '.', '_' and '-' that does not start with '.', found the list [\"a\"]",
  ],
  [
    "a metric by name",
    "metric: val_loss\n",
    'x.yaml:1 metric: expected a block like { name: val_accuracy, goal: maximize }, found "val_loss"',
  ],
  [
    "an unknown metric",
    "metric: { name: val_acuracy }\n",
    'x.yaml:1 metric.name: expected one of val_accuracy, train_accuracy, val_ece, val_loss, val_kl, val_top_k, val_agreement, train_loss, val_cross_entropy, found "val_acuracy" (did you mean val_accuracy?)',
  ],
  [
    "a goal against the metric",
    "metric: { name: val_loss, goal: maximize }\n",
    'x.yaml:1 metric.goal: expected minimize, the goal of val_loss, found "maximize"',
  ],
  [
    "an unknown key of the metric",
    "metric: { nam: val_loss }\n",
    "x.yaml:1 metric.nam: expected one of name, goal, found an unknown key (did you mean name?)",
  ],
  ["no seeds", "seeds: 0\n", "x.yaml:1 seeds: expected a whole number from 1 to 1000 or a list of seeds, found 0"],
  [
    "half a seed",
    "seeds: 1.5\n",
    "x.yaml:1 seeds: expected a whole number from 1 to 1000 or a list of seeds, found 1.5",
  ],
  ["an empty list of seeds", "seeds: []\n", "x.yaml:1 seeds: expected at least one seed, found an empty list"],
  [
    "wrong seeds",
    "seeds:\n  - 1\n  - 0\n  - 1\n  - two\n",
    "x.yaml:3 seeds[1]: expected a whole number from 1 to 2147483647, found 0",
    "x.yaml:4 seeds[2]: expected each seed once, found 1 a second time",
    'x.yaml:5 seeds[3]: expected a whole number from 1 to 2147483647, found "two"',
  ],
  // What is kept, and how the study runs
  ["something else kept", "keep: last\n", 'x.yaml:1 keep: expected one of best, all, none, found "last"'],
  [
    "no way to run",
    "execution: fast\n",
    'x.yaml:1 execution: expected a block of workers, retries, timeout, maxFailures, maxTrials, maxTime, found "fast"',
  ],
  [
    "an unknown key of execution",
    "execution: { worker: 2 }\n",
    "x.yaml:1 execution.worker: expected one of workers, retries, timeout, maxFailures, maxTrials, maxTime, found an unknown key (did you mean workers?)",
  ],
  [
    "no time at all",
    "execution: { timeout: 0s, maxTime: 0.00h }\n",
    'x.yaml:1 execution.timeout: expected a time > 0 like 90s, 30m or 8h, found "0s"',
    'x.yaml:1 execution.maxTime: expected a time > 0 like 90s, 30m or 8h, found "0.00h"',
  ],
  [
    "values of execution that are none",
    [
      "execution:",
      "  workers: 0",
      "  retries: 1.5",
      "  timeout: 90",
      "  maxFailures: 0",
      "  maxTrials: all",
      "  maxTime: 8 hours",
      "",
    ].join("\n"),
    "x.yaml:2 execution.workers: expected a whole number from 1 to 256 or auto, found 0",
    "x.yaml:3 execution.retries: expected a whole number from 0 to 100, found 1.5",
    "x.yaml:4 execution.timeout: expected a time > 0 like 90s, 30m or 8h, found 90",
    "x.yaml:5 execution.maxFailures: expected a whole number >= 1, found 0",
    'x.yaml:6 execution.maxTrials: expected a whole number >= 1, found "all"',
    'x.yaml:7 execution.maxTime: expected a time > 0 like 90s, 30m or 8h, found "8 hours"',
  ],
  // Fixed settings
  [
    "a negative temperature",
    "loss: { type: kd, temperature: -1 }\n",
    "x.yaml:1 loss.temperature: expected a number > 0, found -1",
  ],
  [
    "a number that is none",
    "loss: { temperature: .nan }\n",
    "x.yaml:1 loss.temperature: expected a finite number, found .nan",
  ],
  [
    "an endless number",
    "loss: { temperature: 1e999 }\n",
    "x.yaml:1 loss.temperature: expected a finite number, found 1e999",
  ],
  [
    "a group that is no block",
    "loss: kd\n",
    'x.yaml:1 loss: expected a block of settings, found "kd" (as in loss: { type: ... })',
  ],
  [
    "a group without anything",
    "loss:\n",
    "x.yaml:1 loss: expected a block of settings, found nothing (as in loss: { type: ... })",
  ],
  [
    "a list in a block",
    "loss:\n  temperature: [1, 2]\n",
    "x.yaml:2 loss.temperature: expected a number > 0, found [1,2] (to sweep it, write it under parameters)",
  ],
  [
    "an unknown loss",
    "loss: { type: kdd }\n",
    'x.yaml:1 loss.type: expected one of kd, hard, mse, both, found "kdd" (did you mean kd?)',
  ],
  [
    "a data set without its folder",
    "dataset: { name: folder }\n",
    "x.yaml:1 dataset.path: expected text that is not empty, found nothing (dataset.name folder needs it)",
  ],
  [
    "weights that do not go together",
    "loss: { type: both, alpha: 0, beta: 0 }\n",
    "x.yaml:1 loss.beta: expected > 0 where alpha is 0, found 0 (where loss.type is both, loss.alpha is 0)",
  ],
  [
    "images too small for the student",
    "dataset:\n  imageSize: 12\nstudent: { type: wide }\n",
    "x.yaml:2 dataset.imageSize: expected >= 20 for student.type wide, found 12",
  ],
  // Parameters
  [
    "parameters that are no block",
    "parameters: [loss.type]\n",
    'x.yaml:1 parameters: expected a block of settings, each { values: [...] } or { value: ... }, found the list ["loss.type"]',
  ],
  [
    "a bare list",
    "parameters:\n  loss.type: [kd, mse]\n",
    'x.yaml:2 parameters.loss.type: expected { values: [...] } or { value: ... }, found the list ["kd","mse"] (as in loss.type: { values: ["kd","mse"] })',
  ],
  [
    "neither value nor values",
    "parameters: { loss.type: { when: { augmentation.type: flip } } }\n",
    "x.yaml:1 parameters.loss.type: expected either { values: [...] } or { value: ... }, found neither",
  ],
  [
    "value and values",
    "parameters: { loss.type: { value: kd, values: [mse] } }\n",
    "x.yaml:1 parameters.loss.type: expected either { values: [...] } or { value: ... }, found both",
  ],
  [
    "an unknown key of a parameter",
    "parameters: { loss.type: { value: kd, distribution: uniform } }\n",
    "x.yaml:1 parameters.loss.type.distribution: expected either values or a range, found both",
  ],
  [
    "an unknown parameter",
    "parameters: { loss.temp: { values: [1] } }\n",
    "x.yaml:1 parameters.loss.temp: expected a known key, found an unknown one (did you mean loss.temperature?)",
  ],
  [
    "the seed as a parameter",
    "parameters: { seed: { values: [1] } }\n",
    "x.yaml:1 parameters.seed: expected a known key, found an unknown one (write seeds, beside parameters)",
  ],
  [
    "values that are no list",
    "parameters: { loss.temperature: { values: 3 } }\n",
    "x.yaml:1 parameters.loss.temperature.values: expected a list of values, found 3",
  ],
  [
    "an empty list",
    "parameters: { loss.temperature: { values: [] } }\n",
    "x.yaml:1 parameters.loss.temperature.values: expected at least one value, found an empty list",
  ],
  [
    "a negative temperature among others",
    "parameters:\n  loss:\n    temperature:\n      values:\n        - 1\n        - 4\n        - -1\n",
    "x.yaml:7 parameters.loss.temperature.values[2]: expected a number > 0, found -1",
  ],
  [
    "a value twice",
    "parameters: { loss.temperature: { values: [1, 2, 1.0] } }\n",
    "x.yaml:1 parameters.loss.temperature.values[2]: expected each value once, found 1 a second time (the first is parameters.loss.temperature.values[0])",
  ],
  [
    "a setting both fixed and swept",
    "loss: { type: kd }\nparameters:\n  loss.type: { values: [kd, mse] }\n",
    "x.yaml:3 parameters.loss.type: expected a setting either fixed or swept, found it fixed too (loss.type on line 1)",
  ],
  [
    "a setting fixed twice",
    "loss: { type: kd }\nparameters:\n  loss.type: { value: mse }\n",
    "x.yaml:3 parameters.loss.type.value: expected each setting once, found it a second time (the first is loss.type)",
  ],
  [
    "a value that one of two components refuses",
    "parameters:\n  optimizer.type: { values: [adam, sgd] }\n  optimizer.learningRate: { values: [1, 20] }\n",
    "x.yaml:3 parameters.optimizer.learningRate.values[1]: expected a number > 0 and <= 10, found 20",
  ],
  [
    "swept weights that do not go together",
    "loss: { type: both }\nparameters:\n  loss.alpha: { values: [0, 1] }\n  loss.beta:\n    values: [1, 0]\n",
    "x.yaml:5 parameters.loss.beta.values[1]: expected > 0 where alpha is 0, found 0 (where loss.type is both, loss.alpha is 0)",
  ],
  [
    "a swept image size too small for one teacher",
    "parameters:\n  dataset.imageSize: { values: [16, 64] }\n  teacher.backbone: { values: [small, big] }\n",
    "x.yaml:2 parameters.dataset.imageSize.values[0]: expected >= 32 for teacher.backbone big, found 16",
  ],
  [
    "more trials than anyone runs",
    `parameters:\n${["loss.temperature", "optimizer.learningRate", "training.epochs", "training.batchSize"]
      .map((key) => `  ${key}: { values: [${Array.from({ length: 60 }, (_, index) => index + 1).join(", ")}] }\n`)
      .join("")}`.replace("optimizer.learningRate", "teacher.epochs"),
    "x.yaml:1 parameters: expected at most 10000000 trials, found 38880000 or more",
  ],
  // Ranges
  [
    "a range in a grid",
    "parameters: { loss.temperature: { min: 1, max: 5 } }\n",
    "x.yaml:1 parameters.loss.temperature: expected { values: [...] } or { value: ... } for method grid, found a range (method: { name: random, count: 20 } draws from it)",
  ],
  [
    "a range with one bound",
    "method: { name: random, count: 2 }\nparameters:\n  loss.temperature:\n    min: 1\n",
    "x.yaml:4 parameters.loss.temperature.max: expected a number, found nothing",
  ],
  [
    "a range of words",
    "method: { name: random, count: 2 }\nparameters: { loss.type: { min: hard, max: kd } }\n",
    'x.yaml:2 parameters.loss.type.min: expected a number, found "hard"',
    'x.yaml:2 parameters.loss.type.max: expected a number, found "kd"',
  ],
  [
    "a range the wrong way round",
    "method: { name: random, count: 2 }\nparameters: { loss.temperature: { min: 5, max: 1 } }\n",
    "x.yaml:2 parameters.loss.temperature.max: expected more than min, 5, found 1",
  ],
  [
    "a range beyond what the setting takes",
    "method: { name: random, count: 2 }\nparameters: { loss.temperature: { min: 0, max: 5 } }\n",
    "x.yaml:2 parameters.loss.temperature.min: expected a number > 0, found 0",
  ],
  [
    "a logarithmic range from nothing",
    "method: { name: random, count: 2 }\nloss.type: both\nparameters: { loss.alpha: { min: 0, max: 5, distribution: log_uniform_values } }\n",
    "x.yaml:3 parameters.loss.alpha.min: expected more than 0 for log_uniform_values, found 0",
  ],
  [
    "a range by exponents",
    "method: { name: random, count: 2 }\nparameters: { optimizer.learningRate: { min: -9, max: -2, distribution: log_uniform } }\n",
    'x.yaml:2 parameters.optimizer.learningRate.distribution: expected one of uniform, int_uniform, q_uniform, log_uniform_values, q_log_uniform_values, found "log_uniform" (log_uniform_values takes the bounds themselves, not their logarithms)',
  ],
  [
    "any numbers for whole ones",
    "method: { name: random, count: 2 }\nparameters: { training.epochs: { min: 1, max: 5, distribution: uniform } }\n",
    'x.yaml:2 parameters.training.epochs.distribution: expected one of int_uniform, q_uniform, q_log_uniform_values, found "uniform" (training.epochs takes whole numbers)',
  ],
  [
    "whole numbers between others",
    "method: { name: random, count: 2 }\nparameters: { training.epochs: { min: 1.5, max: 5 } }\n",
    "x.yaml:2 parameters.training.epochs.min: expected a whole number for int_uniform, found 1.5",
  ],
  [
    "a step too many and one too few",
    "method: { name: random, count: 2 }\nparameters:\n  loss.temperature: { min: 1, max: 5, q: 1 }\n  training.epochs: { min: 1, max: 5, distribution: q_uniform }\n",
    "x.yaml:3 parameters.loss.temperature.q: expected no step for uniform, found 1",
    "x.yaml:4 parameters.training.epochs.q: expected a step for q_uniform, found nothing",
  ],
  [
    "values and a range",
    "method: { name: random, count: 2 }\nparameters: { loss.temperature: { values: [1, 2], max: 5 } }\n",
    "x.yaml:2 parameters.loss.temperature.max: expected either values or a range, found both",
  ],
  [
    "a condition on a range",
    "method: { name: random, count: 2 }\nparameters:\n  loss.temperature: { min: 1, max: 5 }\n  training.epochs: { values: [1, 2], when: { loss.temperature: 3 } }\n",
    "x.yaml:4 parameters.training.epochs.when.loss.temperature: expected a parameter with a list of values, found one that is drawn from a range",
  ],
  [
    "a draw that does not go together",
    "method: { name: random, count: 9 }\nloss.type: both\nparameters:\n  loss.alpha: { values: [0, 1] }\n  loss.beta: { values: [0, 1] }\n",
    "x.yaml:5 parameters.loss.beta: expected > 0 where alpha is 0, found 0 (in a configuration that was drawn)",
  ],
  // when
  [
    "a condition on a fixed setting",
    "loss: { type: kd }\nparameters:\n  loss.temperature: { values: [1, 2], when: { loss.type: kd } }\n",
    "x.yaml:3 parameters.loss.temperature.when.loss.type: expected a parameter that this sweep varies, found one that is fixed",
  ],
  [
    "a condition on a setting that is not swept",
    "parameters:\n  loss.temperature: { values: [1, 2], when: { loss.type: kd } }\n",
    "x.yaml:2 parameters.loss.temperature.when.loss.type: expected a parameter that this sweep varies, found one that is not swept",
  ],
  [
    "a condition on an unknown setting",
    "parameters:\n  loss.temperature: { values: [1, 2], when: { loss.typ: kd } }\n",
    "x.yaml:2 parameters.loss.temperature.when.loss.typ: expected a known key, found an unknown one (did you mean loss.type?)",
  ],
  [
    "a condition that names a value which is not swept",
    "parameters:\n  loss.type: { values: [kd, mse] }\n  loss.temperature: { values: [1, 2], when: { loss.type: [kd, both] } }\n",
    'x.yaml:3 parameters.loss.temperature.when.loss.type[1]: expected a value that loss.type takes here (kd, mse), found "both"',
  ],
  [
    "a condition without anything",
    "parameters: { loss.temperature: { values: [1], when: } }\n",
    "x.yaml:1 parameters.loss.temperature.when: expected conditions, like { loss.type: [kd, kd_ce] }, found nothing",
  ],
  [
    "a condition with an empty list",
    "parameters:\n  loss.type: { values: [kd, mse] }\n  training.epochs: { values: [1], when: { loss.type: [] } }\n",
    "x.yaml:3 parameters.training.epochs.when.loss.type: expected at least one value, found an empty list",
  ],
  [
    "conditions in a circle",
    "parameters:\n  training.epochs: { values: [1, 2], when: { training.batchSize: 8 } }\n  training.batchSize: { values: [8, 9], when: { training.epochs: 1 } }\n",
    "x.yaml:2 parameters.training.epochs.when: expected conditions without a circle, found training.epochs -> training.batchSize -> training.epochs (a parameter's component, and for the teacher the loss, decide too whether it applies)",
  ],
  [
    "a circle through the component",
    "parameters:\n  loss.type: { values: [kd, both], when: { loss.temperature: 1 } }\n  loss.temperature: { values: [1, 2] }\n",
    "x.yaml:2 parameters.loss.type.when: expected conditions without a circle, found loss.type -> loss.temperature -> loss.type (a parameter's component, and for the teacher the loss, decide too whether it applies)",
  ],
  // zip
  [
    "a zip that is no list",
    "zip: { loss.alpha: [1, 2], loss.beta: [1, 2] }\n",
    'x.yaml:1 zip: expected a list of blocks, like [{ loss.alpha: [0.1, 0.9], loss.beta: [0.9, 0.1] }], found the block {"loss.alpha":[1,2],"loss.beta":[1,2]}',
  ],
  [
    "an empty zip",
    "zip: []\n",
    "x.yaml:1 zip: expected a list of blocks, like [{ loss.alpha: [0.1, 0.9], loss.beta: [0.9, 0.1] }], found an empty list",
  ],
  [
    "a zip of names",
    "zip: [loss.alpha]\n",
    'x.yaml:1 zip[0]: expected a block like { loss.alpha: [0.1, 0.9], loss.beta: [0.9, 0.1] }, found "loss.alpha"',
  ],
  [
    "a zip of one",
    "zip:\n  - { loss.alpha: [1, 2] }\n",
    "x.yaml:2 zip[0]: expected at least two settings, each with a list of values, found 1",
  ],
  [
    "a zip of unequal length",
    "loss.type: both\nzip:\n  - loss.alpha: [1, 2, 3]\n    loss.beta: [1, 2]\n",
    "x.yaml:4 zip[0].loss.beta: expected 3 values, as many as loss.alpha has, found 2",
  ],
  [
    "a zip with the same row twice",
    "loss.type: both\nzip:\n  - loss.alpha: [1, 2, 1.0]\n    loss.beta: [3, 3, 3]\n",
    "x.yaml:3 zip[0]: expected each row of values once, found row 3 equal to row 1",
  ],
  [
    "a zip of single values",
    "zip: [{ loss.alpha: 1, loss.beta: [1] }]\n",
    "x.yaml:1 zip[0].loss.alpha: expected a list of values, found 1",
  ],
  [
    "a zip of a wrong value",
    "loss.type: both\nzip: [{ loss.alpha: [1, -1], loss.beta: [1, 2] }]\n",
    "x.yaml:2 zip[0].loss.alpha[1]: expected a number >= 0, found -1",
  ],
  [
    "an unknown setting in a zip",
    "zip: [{ loss.alfa: [1, 2], loss.beta: [1, 2] }]\n",
    "x.yaml:1 zip[0].loss.alfa: expected a known key, found an unknown one (did you mean loss.alpha?)",
  ],
  [
    "a setting in two zips",
    "zip:\n  - { loss.alpha: [1, 2], loss.beta: [1, 2] }\n  - { loss.alpha: [1, 2], training.epochs: [1, 2] }\n",
    "x.yaml:3 zip[1].loss.alpha: expected each setting once, found it a second time (the first is zip[0].loss.alpha)",
  ],
  [
    "a setting in a zip and among the parameters",
    "parameters: { loss.alpha: { values: [1, 2] } }\nzip: [{ loss.alpha: [1, 2], loss.beta: [1, 2] }]\n",
    "x.yaml:2 zip[0].loss.alpha: expected each setting once, found it a second time (the first is parameters.loss.alpha)",
  ],
  [
    "a fixed setting in a zip",
    "loss: { type: both, beta: 1 }\nzip: [{ loss.alpha: [1, 2], loss.beta: [1, 2] }]\n",
    "x.yaml:2 zip[0].loss.beta: expected a setting either fixed or swept, found it fixed too (loss.beta on line 1)",
  ],
  [
    "a zip under a condition that is none",
    "loss.type: both\nzip: [{ loss.alpha: [1, 2], loss.beta: [1, 2], when: { loss.type: kd } }]\n",
    "x.yaml:2 zip[0].when.loss.type: expected a parameter that this sweep varies, found one that is fixed",
  ],
  // exclude
  [
    "an exclusion that is no list",
    "exclude: { loss.type: kd }\n",
    'x.yaml:1 exclude: expected a list of blocks, like [{ loss.type: mse, optimizer.learningRate: 0.01 }], found the block {"loss.type":"kd"}',
  ],
  [
    "an exclusion of nothing",
    "exclude: [{}]\n",
    "x.yaml:1 exclude[0]: expected a block like { loss.type: mse, optimizer.learningRate: 0.01 }, found an empty block",
  ],
  [
    "an unknown setting excluded",
    "exclude: [{ loss.tip: kd }]\n",
    "x.yaml:1 exclude[0].loss.tip: expected a known key, found an unknown one (did you mean loss.type?)",
  ],
  [
    "an unknown loss excluded",
    "exclude: [{ loss.type: [kd, mze] }]\n",
    'x.yaml:1 exclude[0].loss.type[1]: expected one of mse, kd, hard, both, found "mze" (did you mean mse?)',
  ],
  [
    "everything excluded",
    "parameters: { loss.type: { values: [kd, mse] } }\nexclude: [{ loss.type: [kd, mse] }]\n",
    "x.yaml:1 exclude: expected conditions that leave trials, found none left",
  ],
  // trials
  [
    "trials that are a number",
    "trials: 20\n",
    "x.yaml:1 trials: expected a list of blocks, like [{ loss.type: kd, loss.temperature: 20 }], found 20",
  ],
  [
    "an empty trial",
    "trials:\n  - loss.type: kd\n  -\n",
    "x.yaml:3 trials[1]: expected a block like { loss.type: kd, loss.temperature: 20 }, found nothing",
  ],
  [
    "a trial with an unknown setting",
    "trials:\n  - { loss.type: kd, loss.temprature: 3 }\n",
    "x.yaml:2 trials[0].loss.temprature: expected a known key, found an unknown one (did you mean loss.temperature?)",
  ],
  [
    "a trial with a wrong value",
    "trials:\n  - { loss.type: kd, loss.temperature: 0 }\n",
    "x.yaml:2 trials[0].loss.temperature: expected a number > 0, found 0",
  ],
  [
    "a trial that lacks a setting",
    "trials:\n  - { loss.type: kd }\n  - { dataset.name: folder }\n",
    "x.yaml:3 trials[1].dataset.path: expected text that is not empty, found nothing (dataset.name folder needs it)",
  ],
  [
    "a trial with a list",
    "trials: [{ loss.temperature: [1, 2] }]\n",
    "x.yaml:1 trials[0].loss.temperature: expected a number > 0, found [1,2]",
  ],
  // comparisons
  [
    "names of a comparison that are none, stand twice, or are not swept",
    "parameters: { loss.type: { values: [kd, mse] } }\ncomparisons:\n- by: []\n- by: [loss.type, 5]\n- by: [loss.type, loss.type]\n- by: [loss.type, loss.typ]\n",
    "x.yaml:3 comparisons[0].by: expected the dotted name of a parameter, like loss.type, or a list of them, found an empty list",
    "x.yaml:4 comparisons[1].by[1]: expected the dotted name of a parameter, like loss.type, or a list of them, found 5",
    "x.yaml:5 comparisons[2].by[1]: expected each name once, found loss.type a second time",
    "x.yaml:6 comparisons[3].by[1]: expected a parameter that this sweep varies, found one that is not swept (did you mean loss.type?)",
  ],
  [
    "comparisons that are names",
    "comparisons: [loss.type]\n",
    'x.yaml:1 comparisons[0]: expected a block like { by: loss.type, where: { student.type: shallow } }, found "loss.type"',
  ],
  [
    "a comparison by nothing",
    "parameters: { loss.type: { values: [kd, mse] } }\ncomparisons: [{ where: { loss.type: kd } }]\n",
    "x.yaml:2 comparisons[0].by: expected the dotted name of a parameter, like loss.type, or a list of them, found nothing",
  ],
  [
    "a comparison by what is not swept",
    "parameters: { loss.type: { values: [kd, mse] } }\ncomparisons: [{ by: loss.typ }]\n",
    "x.yaml:2 comparisons[0].by: expected a parameter that this sweep varies, found one that is not swept (did you mean loss.type?)",
  ],
  [
    "an unknown key of a comparison",
    "parameters: { loss.type: { values: [kd, mse] } }\ncomparisons: [{ by: loss.type, were: { loss.type: kd } }]\n",
    "x.yaml:2 comparisons[0].were: expected one of by, where, baseline, name, found an unknown key (did you mean where?)",
  ],
  [
    "a comparison where nothing is",
    "parameters: { loss.type: { values: [kd, mse] } }\ncomparisons: [{ by: loss.type, where: { loss.type: hard } }]\n",
    'x.yaml:2 comparisons[0].where.loss.type: expected a value that loss.type takes here (kd, mse), found "hard"',
  ],
  [
    "a comparison with a wrong baseline",
    "parameters: { loss.type: { values: [kd, mse] } }\ncomparisons: [{ by: loss.type, baseline: kd }, { by: loss.type, baseline: { loss.type: kdd } }]\n",
    'x.yaml:2 comparisons[0].baseline: expected settings of one configuration, like { loss.type: hard }, found "kd"',
    'x.yaml:2 comparisons[1].baseline.loss.type: expected one of kd, hard, mse, both, found "kdd" (did you mean kd?)',
  ],
  [
    "a comparison with a title on two lines",
    'parameters: { loss.type: { values: [kd, mse] } }\ncomparisons: [{ by: loss.type, name: "a\\nb" }]\n',
    'x.yaml:2 comparisons[0].name: expected one line of text, found "a\\nb"',
  ],
  // Baseline
  [
    "a baseline that is no block",
    "baseline: hard\n",
    'x.yaml:1 baseline: expected settings of one configuration, like { loss.type: hard }, found "hard"',
  ],
  [
    "an unknown setting in the baseline",
    "baseline: { los.type: hard }\n",
    "x.yaml:1 baseline.los.type: expected a known key, found an unknown one (did you mean loss.type?)",
  ],
  [
    "a wrong value in the baseline",
    "baseline: { loss.temperature: cold }\n",
    'x.yaml:1 baseline.loss.temperature: expected a number > 0, found "cold"',
  ],
  // A file of W&B's
  [
    "W&B's keys, each with what serves instead",
    [
      "program: train.py",
      "project: kd",
      "entity: me",
      "description: first try",
      "command: [python, train.py]",
      "method: bayes",
      "metric: { name: val_acc, goal: maximize }",
      "run_cap: 50",
      "early_terminate: { type: hyperband, min_iter: 3 }",
      "parameters:",
      "  learning_rate: { distribution: log_uniform, min: -9, max: -2 }",
      "  optimizer:",
      "    parameters: { type: { values: [adam, sgd] } }",
      "  student: { values: [plain, wide] }",
      "  loss.temperature: { distribution: normal, mu: 4, sigma: 1 }",
      "  loss.type: { distribution: categorical, values: [kd, hard], probabilities: [0.5, 0.5] }",
      "  training.epochs: { distribution: constant, value: 3 }",
      "",
    ].join("\n"),
    "x.yaml:1 program: expected a known key, found an unknown one (leave it out: kd-sweep trains by itself)",
    "x.yaml:2 project: expected a known key, found an unknown one (write name, which is the study's folder too)",
    "x.yaml:3 entity: expected a known key, found an unknown one (leave it out: a study is a folder)",
    "x.yaml:4 description: expected a known key, found an unknown one (write a comment (#), which the report shows with the file)",
    "x.yaml:5 command: expected a known key, found an unknown one (leave it out: kd-sweep trains by itself)",
    'x.yaml:6 method: expected grid or { name: random, count: ... }, found "bayes" (method: { name: random, count: 20 } serves instead)',
    'x.yaml:7 metric.name: expected one of val_accuracy, val_ece, val_kl, val_loss, val_top_k, train_loss, val_agreement, train_accuracy, val_cross_entropy, found "val_acc" (did you mean val_accuracy?)',
    "x.yaml:8 run_cap: expected a known key, found an unknown one (write method: { name: random, count: 20 }, or execution.maxTrials for one run)",
    "x.yaml:9 early_terminate: expected a known key, found an unknown one (training.epochs bounds a trial, execution.maxTime a run)",
    "x.yaml:11 parameters.learning_rate: expected a known key, found an unknown one (write optimizer.learningRate)",
    "x.yaml:13 parameters.optimizer.parameters: expected a known key, found an unknown one (write the settings at once: optimizer: { learningRate: { values: [...] } })",
    "x.yaml:14 parameters.student.values: expected a known key, found an unknown one (which one it is, says student.type)",
    "x.yaml:15 parameters.loss.temperature.mu: expected one of values, value, when, min, max, distribution, q, found an unknown key (write min and max)",
    "x.yaml:15 parameters.loss.temperature.sigma: expected one of values, value, when, min, max, distribution, q, found an unknown key (write min and max)",
    'x.yaml:15 parameters.loss.temperature.distribution: expected one of uniform, int_uniform, q_uniform, log_uniform_values, q_log_uniform_values, found "normal" (uniform serves between bounds)',
    "x.yaml:16 parameters.loss.type.probabilities: expected one of values, value, when, min, max, distribution, q, found an unknown key (leave it out: each value is drawn as often as the others)",
  ],
  // Many
  [
    "many things at once",
    [
      "nme: x",
      "seeds: none",
      "loss: { type: kd, temperature: 0 }",
      "student: { type: narrow }",
      "parameters:",
      "  training.epochs: { values: [] }",
      "  training.batchSize: { values: [0, 8, 8] }",
      "  loss.typo: { values: [1] }",
      "baseline: { training.epochs: many }",
      "",
    ].join("\n"),
    "x.yaml:1 nme: expected a known key, found an unknown one (did you mean name?)",
    'x.yaml:2 seeds: expected a whole number from 1 to 1000 or a list of seeds, found "none"',
    "x.yaml:3 loss.temperature: expected a number > 0, found 0",
    'x.yaml:4 student.type: expected one of plain, wide, found "narrow"',
    "x.yaml:6 parameters.training.epochs.values: expected at least one value, found an empty list",
    "x.yaml:7 parameters.training.batchSize.values[2]: expected each value once, found 8 a second time (the first is parameters.training.batchSize.values[1])",
    "x.yaml:7 parameters.training.batchSize.values[0]: expected a whole number > 0, found 0",
    "x.yaml:8 parameters.loss.typo: expected a known key, found an unknown one (did you mean loss.type?)",
    'x.yaml:9 baseline.training.epochs: expected a whole number > 0, found "many"',
  ],
];

describe("sweep: broken files", () => {
  for (const [title, text, ...messages] of corpus) {
    it(title, () => {
      assert.deepEqual(refused(text), messages);
    });
  }

  it("asks for a name where the file's own cannot serve", () => {
    assert.deepEqual(refused("seeds: 1\n", [], "sweeps/my sweep.yaml"), [
      "sweeps/my sweep.yaml:1 name: expected a name of 1 to 100 letters, digits, '.', '_' and '-' that does not start with '.', " +
        'found none, and the file\'s own ("my sweep") cannot serve (add a name)',
    ]);
  });
});
