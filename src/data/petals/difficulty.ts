/**
 * How hard the set is. Tuned so that a convolutional teacher is nearly always right and a small student is not:
 * a small network judges patches, and stray petals, small flowers of other kinds and leaves make patches mislead.
 * Ranges are [least, most], drawn evenly; lengths are shares of the image's side.
 */
export const difficulty = {
  /** Radius of the flower that gives the image its class. */
  radius: [0.24, 0.42],
  /** How far its centre may be from the image's, in each direction. */
  offCentre: 0.13,
  /** Its height by its width, seen from the side. */
  squash: [0.62, 1],
  /** Irregularity of a petal's angle (in spacings), length and width. */
  petalJitter: { angle: 0.1, length: 0.1, width: 0.16, bend: 0.12 },
  /** How often a flower has the colour its kind prefers, beyond chance. */
  favouriteColour: 0.15,
  /** Single petals of any kind on the ground. */
  strayPetals: [0, 5],
  /** Whole flowers of any kind, smaller than the main one by this factor. */
  companions: [0, 2],
  companionRadius: [0.3, 0.5],
  /** Leaves behind and in front of the main flower. */
  leavesBehind: [2, 6],
  leavesInFront: [0, 2],
  /** Blur, exposure, the light's colour, the sensor's noise. */
  blur: [0, 1],
  exposure: [0.7, 1.2],
  cast: 0.1,
  noise: [0.01, 0.045],
} as const;
