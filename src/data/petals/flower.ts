import type { Random } from "../../trial/random.js";
import { cosine, sine, turn } from "../angle.js";
import { blendInto, mix, smooth, type Canvas, type Colour } from "./canvas.js";
import { difficulty } from "./difficulty.js";
import { petalColours, type Kind } from "./kinds.js";
import { between, pick, vary } from "./draw.js";

const heartColours: readonly Readonly<Colour>[] = [
  [0.78, 0.5, 0.08],
  [0.35, 0.2, 0.1],
  [0.45, 0.5, 0.14],
  [0.6, 0.28, 0.1],
];

/** A flower's place and size, lengths being shares of the image's side. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

interface Petal {
  readonly cos: number;
  readonly sin: number;
  readonly length: number;
  readonly width: number;
  readonly bend: number;
  readonly shade: number;
}

/** Picks a petal colour: the kind's favourite a little more often than the others. */
export function petalColour(kind: Kind, random: Random): Colour {
  const favoured = random.float() < difficulty.favouriteColour;
  const drawn = pick(petalColours, random);
  const base = favoured ? kind.favourite : drawn;
  return [vary(base[0], 0.08, random), vary(base[1], 0.08, random), vary(base[2], 0.08, random)];
}

/** Draws a flower: its shadow, its petals one over the other, its heart. */
export function drawFlower(canvas: Canvas, kind: Kind, place: Place, random: Random): void {
  const { radius, x: centreX, y: centreY } = place;
  const colour = petalColour(kind, random);
  const tip = mix(colour, [1, 1, 1], between([0, 0.35], random));
  const base = mix(colour, pick(heartColours, random), between([0.1, 0.4], random));
  const heart = pick(heartColours, random);
  const heartRadius = between(kind.heart, random);
  const squash = between(difficulty.squash, random);
  const tilt = random.float() * turn;
  const [tiltCos, tiltSin] = [cosine(tilt), sine(tilt)];
  const petals = petalsOf(kind, random);
  const sharpness = radius * canvas.size;

  const shadow = radius * between([0.05, 0.2], random);
  canvas.paint(centreX + shadow, centreY + shadow, radius, (x, y, out) => {
    out[0] = out[1] = out[2] = 0.03;
    const [u, v] = [(x - centreX - shadow) / radius, (y - centreY - shadow) / radius];
    return 0.45 * smooth(1.3 * (1 - Math.sqrt(u * u + v * v)));
  });

  canvas.paint(centreX, centreY, radius * 1.15, (x, y, out) => {
    const dx = (x - centreX) / radius;
    const dy = (y - centreY) / radius;
    const u = tiltCos * dx + tiltSin * dy;
    const v = (tiltCos * dy - tiltSin * dx) / squash;
    let cover = 0;
    const shaded: Colour = [0, 0, 0];
    for (const petal of petals) {
      const along = (petal.cos * u + petal.sin * v) / petal.length;
      if (along < -0.05 || along > 1.05) continue;
      const across = (petal.cos * v - petal.sin * u) / petal.length - petal.bend * along * along;
      const inside = kind.shape(along, across, petal.width);
      const share = Math.min(1, Math.max(0, inside * sharpness * petal.length + 0.5));
      if (share === 0) continue;
      const rib = 1 - 0.16 * Math.max(0, 1 - Math.abs(across) * 28);
      const light = petal.shade * rib * (0.72 + 0.28 * smooth(inside * 14));
      blendInto(shaded, base, colour, smooth(along * 1.8));
      blendInto(shaded, shaded, tip, smooth(along * 2 - 1), light);
      blendInto(out, out, shaded, cover === 0 ? 1 : share);
      cover = Math.max(cover, share);
    }
    return cover;
  });

  canvas.paint(centreX, centreY, radius * heartRadius * 1.1, (x, y, out) => {
    const dx = (x - centreX) / radius;
    const dy = (y - centreY) / radius;
    const u = (tiltCos * dx + tiltSin * dy) / heartRadius;
    const v = (tiltCos * dy - tiltSin * dx) / (squash * heartRadius);
    const distance = Math.sqrt(u * u + v * v);
    const grain = 0.85 + 0.15 * sine(u * 17) * sine(v * 17);
    const light = grain * (1.1 - 0.35 * smooth(distance) - 0.12 * (u + v));
    blendInto(out, heart, heart, 0, light);
    return Math.min(1, Math.max(0, (1 - distance) * heartRadius * sharpness + 0.5));
  });
}

function petalsOf(kind: Kind, random: Random): Petal[] {
  const jitter = difficulty.petalJitter;
  const [fewest, most] = kind.petals;
  const count = fewest + random.integer(most - fewest + 1);
  const start = random.float();
  const light = random.float() * turn;
  const width = vary(kind.width, jitter.width * kind.width, random);
  return Array.from({ length: count }, (_, petal) => {
    const angle = turn * (start + (petal + vary(0, jitter.angle, random)) / count);
    return {
      cos: cosine(angle),
      sin: sine(angle),
      length: vary(1 - jitter.length / 2, jitter.length, random),
      width: vary(width, 0.05 * width, random),
      bend: vary(0, jitter.bend, random),
      shade: vary(0.9, 0.05, random) + 0.1 * cosine(angle - light),
    };
  });
}
