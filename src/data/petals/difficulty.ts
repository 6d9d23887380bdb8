/**
 * How hard the set is. At these values and 64 pixels the teacher `convnet_s` validates at about 0.97 after its 12 epochs,
 * the shallow student alone between 0.6 and 0.8 after 10: a small network judges patches, and stray petals, small flowers
 * of other kinds and leaves make patches mislead. Whoever changes a value raises the data set's revision.
 * Ranges are [least, most], drawn evenly; lengths are shares of the image's side.
 */
export const difficulty = {
  /** Radius of the flower that gives the image its class. */
  radius: [0.36, 0.47],
  /** How far its centre may be from the image's, in each direction. */
  offCentre: 0.05,
  /** Its height by its width, seen from the side. */
  squash: [0.8, 1],
  /** Irregularity of a petal's angle (in spacings), length and width. */
  petalJitter: { angle: 0.08, length: 0.08, width: 0.12, bend: 0.1 },
  /** How often a flower has the colour its kind prefers, beyond chance. */
  favouriteColour: 0.3,
  /** Single petals of any kind on the ground. */
  strayPetals: [0, 2],
  /** Whole flowers of any kind, smaller than the main one by this factor. */
  companions: [0, 1],
  companionRadius: [0.25, 0.4],
  /** Leaves behind and in front of the main flower. */
  leavesBehind: [1, 4],
  leavesInFront: [0, 1],
  /** Blur, exposure, the light's colour, the sensor's noise. */
  blur: [0, 0.5],
  exposure: [0.88, 1.12],
  cast: 0.06,
  noise: [0.01, 0.025],
} as const;
