import { z } from "zod";
import type { Augmentation } from "./augmentation.js";

/** No augmentation: each epoch trains on the images themselves. */
export const none: Augmentation = {
  name: "none",
  summary: "Every image as it is, in every epoch.",
  revision: 1,
  settings: z.object({}),
  view: null,
};
