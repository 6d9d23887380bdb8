// Loaded by mocha before the tests of `npm run test:portable`.
import { backendVariable } from "../../src/tensorflow/backend.js";

process.env[backendVariable] = "portable";
