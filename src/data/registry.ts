import { Registry } from "../trial/component.js";
import type { Dataset } from "./dataset.js";
import { flowers } from "./flowers/flowers.js";
import { imageFolder } from "./image_folder/image_folder.js";
import { petals } from "./petals/petals.js";

/** The data sets that `dataset.name` may name. */
export const datasets = new Registry<Dataset>("data set", [petals, flowers, imageFolder] as readonly Dataset[]);
