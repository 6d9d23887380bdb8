import type { Axis, Options, Tick } from "./chart.js";

/** What a quantity can be, and how much of it an axis shows at least. */
export interface Limits {
  readonly least?: number;
  readonly most?: number;
  /** An axis that showed less would make much of nothing. */
  readonly span?: number;
}

/** Lowest and highest of some values; Infinity and -Infinity for none. */
export function extremes(values: readonly number[]): { readonly low: number; readonly high: number } {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return { low, high };
}

/**
 * Ends of an axis: the data's, rounded outwards to a whole step, within what the quantity can be, and not past zero
 * where no value is.
 */
export function bounds(values: readonly number[], limits: Limits = {}): { readonly min: number; readonly max: number } {
  const { low, high } = extremes(values);
  const { least = low >= 0 ? 0 : -Infinity, most = low < 0 && high <= 0 ? 0 : Infinity } = limits;
  if (low > high) return { min: limits.least ?? 0, max: limits.most ?? 1 };
  const span = Math.max(limits.span ?? 0, spanOf(low, high));
  const margin = Math.max(span * 0.03, (span - (high - low)) / 2);
  const step = stepOf(span);
  const min = Math.max(least, tidy(Math.floor((low - margin) / step) * step));
  const max = Math.min(most, tidy(Math.ceil((high + margin) / step) * step));
  return min < max ? { min, max } : { min: min - step, max };
}

/** What lies between two values; of values that are all but equal, a tenth of their size, or 1 where that is nothing. */
function spanOf(low: number, high: number): number {
  const size = Math.max(Math.abs(low), Math.abs(high));
  if (size < 1e-12) return 1;
  return high - low > size * 1e-6 ? high - low : size * 0.1;
}

/** 1, 2 or 5 times a power of ten, about a sixth of the span. */
function stepOf(span: number): number {
  const rough = span / 6;
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((each) => each * power >= rough) ?? 10;
  return factor * power;
}

function tidy(value: number): number {
  return Number(value.toPrecision(10));
}

/** Whether values want a logarithmic axis: all positive, and the largest many times the smallest. */
export function spansMagnitudes(values: readonly number[], times: number): boolean {
  const { low, high } = extremes(values);
  return low > 0 && high / low >= times;
}

/** Ends of a logarithmic axis: a little beyond the values. */
export function logarithmicBounds(
  values: readonly number[],
  share: number,
): { readonly min: number; readonly max: number } {
  const { low, high } = extremes(values);
  const margin = (high / low) ** share;
  return { min: low / margin, max: high * margin };
}

/** Leading digits of a logarithmic axis's ticks, from many to few. */
const ladders = [[1, 2, 3, 5, 7], [1, 2, 5], [1, 3], [1]];
const mostTicks = 9;

/** Where a logarithmic axis has ticks: at powers of ten, and between them at as many round numbers as there is room for. */
export function logarithmicTicks({ min, max }: { readonly min: number; readonly max: number }): number[] {
  const powers: number[] = [];
  for (let power = Math.floor(Math.log10(min)); power <= Math.log10(max); power++) powers.push(power);
  const ticks = ladders.map((digits) =>
    powers
      .flatMap((power) => digits.map((digit) => Number(`${digit}e${power}`)))
      .filter((value) => value >= min && value <= max),
  );
  return ticks.find(({ length }) => length <= mostTicks) ?? everyNth(ticks.at(-1) ?? []);
}

function everyNth(ticks: readonly number[]): number[] {
  const step = Math.ceil(ticks.length / mostTicks);
  return ticks.filter((_, index) => index % step === 0);
}

/** A long label on several lines, broken at spaces. */
export function wrapped(label: string, letters: number): string | readonly string[] {
  const lines: string[] = [];
  for (const word of label.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= letters) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.length === 1 ? label : lines;
}

/** A longer line of the subtitle would be squeezed into the chart's width. */
const mostLetters = 120;

/** The parts of the options that all charts share. */
export function options(
  words: { readonly title: string; readonly subtitle: readonly string[]; readonly legend: boolean },
  x: Axis,
  y: Axis,
  ticksAt?: { readonly x?: readonly Tick[]; readonly y?: readonly Tick[] },
): Options {
  return {
    scales: { x, y },
    interaction: { mode: "nearest", intersect: false },
    plugins: {
      title: { display: true, text: words.title },
      subtitle: {
        display: words.subtitle.length > 0,
        text: words.subtitle.flatMap((line) => wrapped(line, mostLetters)),
      },
      legend: { display: words.legend },
      ...(ticksAt === undefined ? {} : { ticksAt }),
    },
  };
}
