/* A worker thread that trains the sample trial it is given and answers with its bits. */
import { parentPort, workerData } from "node:worker_threads";
import { loadTensorFlow } from "../../../src/tensorflow/load.js";
import type { TrialSpec } from "../../../src/trial/spec.js";
import { bits, sampleImages, sampleTeacher, train } from "../sample.js";

const tf = await loadTensorFlow();
const images = sampleImages();
const trial = workerData as TrialSpec;
const teacher = sampleTeacher(images, trial.settings.training.epochs);
parentPort?.postMessage(bits(await train(tf, trial, { images, teacher })));
