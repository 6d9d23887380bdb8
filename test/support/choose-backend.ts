// Loaded by mocha before the tests (.mocharc.json): what is not set up cannot be tested, and the portable backend is there.
import { backendVariable } from "../../src/tensorflow/backend.js";
import { isSetUp } from "../../src/tensorflow/setup.js";

process.env[backendVariable] ??= isSetUp() ? "native" : "portable";
