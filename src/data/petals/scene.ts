import { deriveSeed, Random } from "../../trial/random.js";
import { cosine, sine, turn } from "../angle.js";
import { blendInto, Canvas, mix, smooth, type Colour } from "./canvas.js";
import { difficulty } from "./difficulty.js";
import { between, countFrom, pick, vary } from "./draw.js";
import { drawFlower, petalColour } from "./flower.js";
import { kinds, type Kind } from "./kinds.js";

const grounds: readonly (readonly [Readonly<Colour>, Readonly<Colour>])[] = [
  [
    [0.1, 0.24, 0.09],
    [0.24, 0.4, 0.16],
  ],
  [
    [0.05, 0.13, 0.07],
    [0.16, 0.28, 0.13],
  ],
  [
    [0.2, 0.14, 0.09],
    [0.34, 0.26, 0.17],
  ],
  [
    [0.12, 0.2, 0.3],
    [0.14, 0.28, 0.2],
  ],
  [
    [0.22, 0.16, 0.26],
    [0.12, 0.24, 0.16],
  ],
];

/** Draws images of one size; what an image shows depends on the seed and its index alone. */
export class Painter {
  private readonly canvas: Canvas;

  /** @param size side in pixels */
  constructor(size: number) {
    this.canvas = new Canvas(size);
  }

  /**
   * @param out the image's bytes `[size, size, 3]`
   * @param kind what its main flower is
   */
  paint(out: Uint8Array, seed: number, index: number, kind: Kind): void {
    const random = new Random(deriveSeed(seed, "petals", index));
    const { canvas } = this;
    const place = {
      x: vary(0.5, difficulty.offCentre, random),
      y: vary(0.5, difficulty.offCentre, random),
      radius: between(difficulty.radius, random),
    };
    drawGround(canvas, random);
    for (let n = countFrom(difficulty.leavesBehind, random); n > 0; n--) {
      drawLeaf(canvas, random.float(), random.float(), random);
    }
    canvas.soften(1);
    for (let n = countFrom(difficulty.strayPetals, random); n > 0; n--) drawStrayPetal(canvas, random);
    for (let n = countFrom(difficulty.companions, random); n > 0; n--) {
      const angle = random.float() * turn;
      const away = place.radius + between([0.08, 0.22], random);
      const x = place.x + away * cosine(angle);
      const y = place.y + away * sine(angle);
      drawFlower(
        canvas,
        pick(kinds, random),
        { x, y, radius: place.radius * between(difficulty.companionRadius, random) },
        random,
      );
    }
    drawFlower(canvas, kind, place, random);
    for (let n = countFrom(difficulty.leavesInFront, random); n > 0; n--) {
      // Across the rim: it may hide a petal, not the flower.
      const angle = random.float() * turn;
      const away = place.radius * between([0.85, 1.2], random);
      drawLeaf(canvas, place.x + away * cosine(angle), place.y + away * sine(angle), random);
    }
    canvas.soften(between(difficulty.blur, random));
    const exposure = between(difficulty.exposure, random);
    const light: Colour = [
      exposure * vary(1, difficulty.cast, random),
      exposure * vary(1, difficulty.cast, random),
      exposure * vary(1, difficulty.cast, random),
    ];
    canvas.develop(out, light, between(difficulty.noise, random), random);
  }
}

/** A slope between two colours with patches out of focus. */
function drawGround(canvas: Canvas, random: Random): void {
  const [near, far] = pick(grounds, random);
  const angle = random.float() * turn;
  const [cos, sin] = [cosine(angle), sine(angle)];
  canvas.paint(0.5, 0.5, 0.5, (x, y, out) => {
    const share = smooth(0.5 + 0.8 * (cos * (x - 0.5) + sin * (y - 0.5)));
    blendInto(out, near, far, share);
    return 1;
  });
  for (let patch = countFrom([6, 12], random); patch > 0; patch--) {
    const [centreX, centreY] = [random.float(), random.float()];
    const radius = between([0.06, 0.25], random);
    const tone = mix(near, far, between([-0.6, 1.6], random));
    const strength = between([0.2, 0.7], random);
    canvas.paint(centreX, centreY, radius, (x, y, out) => {
      blendInto(out, tone, tone, 0);
      const [u, v] = [(x - centreX) / radius, (y - centreY) / radius];
      return strength * smooth(1.5 * (1 - Math.sqrt(u * u + v * v)));
    });
  }
}

/** A long pointed leaf with a light rib, any way round. */
function drawLeaf(canvas: Canvas, centreX: number, centreY: number, random: Random): void {
  const angle = random.float() * turn;
  const [cos, sin] = [cosine(angle), sine(angle)];
  const length = between([0.12, 0.3], random);
  const width = between([0.1, 0.26], random);
  const bend = vary(0, 0.25, random);
  const green: Colour = [between([0.08, 0.3], random), between([0.24, 0.5], random), between([0.06, 0.2], random)];
  canvas.paint(centreX, centreY, length * 1.2, (x, y, out) => {
    const along = (cos * (x - centreX) + sin * (y - centreY)) / length;
    const across = (cos * (y - centreY) - sin * (x - centreX)) / length - bend * (along * along - 0.3);
    const inside = width * (1 - along * along) - Math.abs(across);
    const light = (across > 0 ? 0.8 : 1) + 0.25 * Math.max(0, 1 - Math.abs(across) * 40);
    blendInto(out, green, green, 0, light);
    return Math.min(1, Math.max(0, inside * length * canvas.size + 0.5));
  });
}

/** One petal of any kind, lying about. */
function drawStrayPetal(canvas: Canvas, random: Random): void {
  const kind = pick(kinds, random);
  const colour = petalColour(kind, random);
  const [centreX, centreY] = [random.float(), random.float()];
  const angle = random.float() * turn;
  const [cos, sin] = [cosine(angle), sine(angle)];
  const length = between([0.12, 0.3], random);
  canvas.paint(centreX, centreY, length, (x, y, out) => {
    const along = (cos * (x - centreX) + sin * (y - centreY)) / length + 0.5;
    const across = (cos * (y - centreY) - sin * (x - centreX)) / length;
    const inside = along < 0 || along > 1 ? -1 : kind.shape(along, across, kind.width);
    const light = 0.65 + 0.25 * smooth(inside * 14);
    blendInto(out, colour, colour, 0, light);
    return Math.min(1, Math.max(0, inside * length * canvas.size + 0.5));
  });
}
