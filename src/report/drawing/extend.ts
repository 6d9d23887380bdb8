import type { Box, Tick } from "./chart.js";

/** What `extend` needs of chart.js; its own types want a browser's. */
export interface ChartLibrary {
  readonly defaults: {
    readonly plugins: {
      readonly legend: {
        labels: { generateLabels: (chart: LiveChart) => { datasetIndex: number; lineDash?: readonly number[] }[] };
        onClick?: unknown;
      };
      readonly tooltip: { filter?: unknown; callbacks: object };
    };
  };
  register(plugin: object): void;
}

interface ShownDataset {
  readonly inLegend?: boolean;
  readonly inTooltip?: boolean;
  readonly group?: string;
  readonly pointRadius?: unknown;
  readonly borderDash?: readonly number[];
  readonly data?: readonly { readonly box?: Box }[];
}

interface Canvas {
  fillStyle: string;
  font: string;
  textAlign: string;
  textBaseline: string;
  save(): void;
  restore(): void;
  fillRect(x: number, y: number, width: number, height: number): void;
  fillText(text: string, x: number, y: number): void;
}

interface BuiltScale {
  ticks: { value: number; label?: unknown }[];
}

interface LiveChart {
  readonly data: { readonly datasets: readonly ShownDataset[] };
  readonly options: {
    scales: Record<string, { afterBuildTicks?: unknown; afterTickToLabelConversion?: unknown }>;
    font?: { size?: number; family?: string };
  };
  readonly ctx: Canvas;
  readonly scales: Readonly<Record<string, { getPixelForValue(value: number): number }>>;
  isDatasetVisible(index: number): boolean;
  setDatasetVisibility(index: number, visible: boolean): void;
  update(): void;
}

/**
 * Teaches chart.js what a JSON configuration cannot say (the fields marked "extend" in chart.ts): ticks at given values,
 * boxes behind points, what stands in the legend, what is found on hover and how it reads. Called for PNG; for HTML its own text is put into
 * the page, so it must not use anything from outside itself.
 */
export function extend(library: ChartLibrary): void {
  library.register({
    id: "ticksAt",
    beforeInit(chart: LiveChart, _: unknown, options: Readonly<Record<string, readonly Tick[] | undefined>>) {
      for (const [name, scale] of Object.entries(chart.options.scales)) {
        const wanted = options[name];
        if (wanted === undefined) continue;
        scale.afterBuildTicks = (built: BuiltScale) => {
          built.ticks = Array.from(wanted, ({ value }) => ({ value }));
        };
        scale.afterTickToLabelConversion = (built: BuiltScale) => {
          for (const tick of built.ticks) tick.label = wanted.find(({ value }) => value === tick.value)?.label;
        };
      }
    },
  });
  library.register({
    id: "boxes",
    beforeDatasetsDraw(chart: LiveChart) {
      const { ctx, data, scales, options } = chart;
      const { x, y } = scales;
      if (x === undefined || y === undefined) return;
      ctx.save();
      ctx.font = `${options.font?.size ?? 14}px ${options.font?.family ?? "sans-serif"}`;
      ctx.textAlign = "center";
      ctx.textBaseline = "middle";
      data.datasets.forEach((dataset, index) => {
        if (!chart.isDatasetVisible(index)) return;
        for (const { box } of dataset.data ?? []) {
          if (box === undefined) continue;
          const [left, right] = [x.getPixelForValue(box.x[0]), x.getPixelForValue(box.x[1])];
          const [low, high] = [y.getPixelForValue(box.y[0]), y.getPixelForValue(box.y[1])];
          ctx.fillStyle = box.fill;
          ctx.fillRect(Math.min(left, right), Math.min(low, high), Math.abs(right - left), Math.abs(high - low));
          if (box.words === undefined) continue;
          ctx.fillStyle = box.ink ?? "#222222";
          ctx.fillText(box.words, (left + right) / 2, (low + high) / 2);
        }
      });
      ctx.restore();
    },
  });
  const { legend, tooltip } = library.defaults.plugins;
  const original = legend.labels.generateLabels;
  Object.assign(legend.labels, {
    usePointStyle: true,
    generateLabels: (chart: LiveChart) =>
      original(chart).map((item) => {
        const dataset = chart.data.datasets[item.datasetIndex];
        if (dataset?.pointRadius !== 0) return item;
        // A legend's line is short: a long pattern is shrunk until it is seen in it.
        const dashes = dataset.borderDash ?? [];
        const length = dashes.reduce((sum, dash) => sum + dash, 0);
        return { ...item, lineDash: dashes.map((dash) => dash * Math.min(1, 8 / length)) };
      }),
    filter: (item: { datasetIndex: number }, data: LiveChart["data"]) =>
      data.datasets[item.datasetIndex]?.inLegend !== false,
  });
  legend.onClick = (_: unknown, item: { datasetIndex: number }, { chart }: { chart: LiveChart }) => {
    const { datasets } = chart.data;
    const visible = chart.isDatasetVisible(item.datasetIndex);
    datasets.forEach((dataset, index) => {
      if (dataset.group === datasets[item.datasetIndex]?.group) chart.setDatasetVisibility(index, !visible);
    });
    chart.update();
  };
  tooltip.filter = (item: { dataset: ShownDataset }) => item.dataset.inTooltip !== false;
  Object.assign(tooltip.callbacks, {
    title: () => "",
    label: (item: { raw: { text?: string }; dataset: { label?: string } }) => item.raw.text ?? item.dataset.label ?? "",
  });
}
