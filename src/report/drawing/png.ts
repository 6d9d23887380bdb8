import { createRequire } from "node:module";
import { GlobalFonts, type Canvas } from "@napi-rs/canvas";
import { ChartJSNodeCanvas } from "chartjs-node-canvas";
import { onPackagedCanvas } from "./canvas.js";
import { pictureWidth, type Drawing } from "./chart.js";
import { encodePng } from "./encode.js";
import { extend, type ChartLibrary } from "./extend.js";
import { ink } from "./palette.js";

/** Pixels of the file for each of chart.js's, where nothing else is asked for. */
export const usualScale = 2;

const family = "kd-sweep DejaVu Sans";
const faces = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"];

interface Defaults {
  color: string;
  borderColor: string;
  font: { family: string; size: number };
  layout: { padding: number };
  plugins: {
    title: { font: object; color: string; padding: object };
    subtitle: { font: object; padding: object };
    legend: { position: string; labels: object };
  };
}

let registered = false;

function registerFonts(): void {
  if (registered) return;
  const { resolve } = createRequire(import.meta.url);
  for (const face of faces) {
    const path = resolve(`dejavu-fonts-ttf/ttf/${face}`);
    if (GlobalFonts.registerFromPath(path, family) === null) throw new Error(`the font ${path} cannot be read`);
  }
  registered = true;
}

function setDefaults(defaults: Defaults): void {
  defaults.color = "#444444";
  defaults.borderColor = "#e4e4e4";
  Object.assign(defaults.font, { family, size: 16 });
  Object.assign(defaults.layout, { padding: 20 });
  Object.assign(defaults.plugins.title, { font: { size: 21, weight: "bold" }, color: ink, padding: { bottom: 6 } });
  Object.assign(defaults.plugins.subtitle, { font: { size: 14.5 }, padding: { bottom: 16 } });
  Object.assign(defaults.plugins.legend, { position: "bottom" });
  Object.assign(defaults.plugins.legend.labels, { padding: 16, boxHeight: 10 });
}

interface Painted {
  readonly canvas: Pick<Canvas, "data" | "width" | "height"> & { toBuffer: () => Buffer };
}

/** Puts this program's encoder in the place of each canvas's own, before the chart is drawn. */
const encoder = {
  id: "encoder",
  beforeInit: ({ canvas }: Painted): void => {
    canvas.toBuffer = () => encodePng(canvas.data(), canvas.width, canvas.height);
  },
};

const painters = new Map<number, ChartJSNodeCanvas>();

/** One for each height: chart.js is loaded and set up once for it. */
function painterOf(height: number): ChartJSNodeCanvas {
  const known = painters.get(height);
  if (known !== undefined) return known;
  registerFonts();
  const painter = onPackagedCanvas(
    () =>
      new ChartJSNodeCanvas({
        width: pictureWidth,
        height,
        backgroundColour: "white",
        chartCallback: (library) => {
          extend(library as unknown as ChartLibrary);
          library.register(encoder);
          setDefaults(library.defaults as unknown as Defaults);
        },
      }),
  );
  painters.set(height, painter);
  return painter;
}

/**
 * A drawing as PNG: white ground, the shipped font; the same pixels on every machine of one platform.
 * @param scale its width in thousands of pixels
 */
export function png(drawing: Drawing, scale = usualScale): Uint8Array {
  const copy = structuredClone(drawing.chart) as unknown as Parameters<ChartJSNodeCanvas["renderToBufferSync"]>[0];
  copy.options = { ...copy.options, devicePixelRatio: scale };
  return painterOf(drawing.height).renderToBufferSync(copy);
}
