import { createRequire } from "node:module";
import { GlobalFonts, type Canvas, type SKRSContext2D } from "@napi-rs/canvas";
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

type Configuration = Parameters<ChartJSNodeCanvas["renderToBufferSync"]>[0];

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

function registerFonts(): void {
  const { resolve } = createRequire(import.meta.url);
  for (const face of faces) {
    const path = resolve(`dejavu-fonts-ttf/ttf/${face}`);
    if (GlobalFonts.registerFromPath(path, family) === null) throw new Error(`the font ${path} cannot be read`);
  }
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
  readonly ctx: Pick<SKRSContext2D, "save" | "restore" | "fillStyle" | "fillRect" | "globalCompositeOperation">;
  readonly width: number;
  height: number;
}

/** Gives each chart the height that its options ask for, a white ground, and this program's encoder in the canvas's place. */
const picture = {
  id: "picture",
  beforeInit: (chart: Painted, _: unknown, { height }: { readonly height: number }): void => {
    const { canvas } = chart;
    chart.height = height;
    canvas.toBuffer = () => encodePng(canvas.data(), canvas.width, canvas.height);
  },
  beforeDraw: ({ ctx, width, height }: Painted): void => {
    ctx.save();
    ctx.globalCompositeOperation = "destination-over";
    ctx.fillStyle = "white";
    ctx.fillRect(0, 0, width, height);
    ctx.restore();
  },
};

let painter: ChartJSNodeCanvas | undefined;

/** One for all charts: each would load and compile chart.js anew. */
function thePainter(): ChartJSNodeCanvas {
  if (painter !== undefined) return painter;
  registerFonts();
  painter = onPackagedCanvas(
    () =>
      new ChartJSNodeCanvas({
        width: pictureWidth,
        // Each chart has its own: `picture`.
        height: 1,
        chartCallback: (library) => {
          extend(library as unknown as ChartLibrary);
          library.register(picture);
          setDefaults(library.defaults as unknown as Defaults);
        },
      }),
  );
  return painter;
}

/**
 * A drawing as PNG: white ground, the shipped font; the same pixels on every machine of one platform.
 * @param scale its width in thousands of pixels
 */
export function png(drawing: Drawing, scale = usualScale): Uint8Array {
  const { options, ...chart } = structuredClone(drawing.chart);
  const plugins = { ...options.plugins, picture: { height: drawing.height } };
  const configuration = { ...chart, options: { ...options, plugins, devicePixelRatio: scale } };
  return thePainter().renderToBufferSync(configuration as unknown as Configuration);
}
