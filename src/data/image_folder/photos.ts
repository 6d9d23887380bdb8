import {
  addedSettings,
  canonicalLabelUse,
  imageSize,
  labelUse,
  stratified,
  testFraction,
  trainFraction,
  trainingSettings,
  unlabelled,
} from "../settings.js";

/** Settings of every data set of photos in folders, but for the folder itself. */
export const photoSettings = {
  imageSize: imageSize(224),
  trainFraction,
  testFraction,
  stratified,
  ...labelUse,
  unlabelled,
};

/** What the descriptors of such data sets share: which of their settings count for what. */
export const photoIdentity = {
  contentSettings: ["path", "unlabelled"],
  addedSettings,
  trainingSettings,
  canonical: canonicalLabelUse,
};
