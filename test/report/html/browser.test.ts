import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { analyse } from "../../../src/report/analysis.js";
import { makeFigures } from "../../../src/report/figures/all.js";
import type { Made } from "../../../src/report/figures/figure.js";
import { page } from "../../../src/report/html/page.js";
import { readResults, type Results } from "../../../src/report/results.js";
import { typicalStudy, withLogits } from "../study.js";

function findBrowser(): string | null {
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    try {
      execFileSync(name, ["--version"], { stdio: "ignore" });
      return name;
    } catch {
      continue;
    }
  }
  return null;
}

/** Runs in the page after its own scripts and leaves what it saw in the title. */
const probe = `
  const errors = window.failures;
  const canvases = [...document.querySelectorAll("canvas")];
  const live = canvases.filter((canvas) => Chart.getChart(canvas) !== undefined);
  const table = document.querySelector("table.sortable");
  const column = (index) => [...table.tBodies[0].rows].map((row) => row.cells[index].textContent);
  const before = column(0);
  table.tHead.rows[0].cells[0].querySelector("button").click();
  const byName = column(0);
  table.tHead.rows[0].cells[2].querySelector("button").click();
  const byMetric = column(0);
  const first = Chart.getChart(canvases[0]);
  const lines = Chart.getChart(canvases.find(({ id }) => id.includes("curves-validation-accuracy")));
  const shown = () => lines.data.datasets.filter((_, index) => lines.isDatasetVisible(index)).length;
  const all = shown();
  lines.legend.options.onClick({}, lines.legend.legendItems[0], lines.legend);
  const ticks = first.scales.y.ticks.map(({ label }) => label);
  const hover = first.tooltip.options.callbacks.label.call(first.tooltip, { raw: { text: "said" }, dataset: {} });
  const wide = document.documentElement.scrollWidth > innerWidth;
  const undrawn = [...document.querySelectorAll("figure > .notice")].map((each) => each.textContent);
  const regions = [...document.querySelectorAll(".wide")].filter(({ clientWidth }) => clientWidth > 0);
  const scrolling = regions.filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth).length;
  const cutCaptions = regions.filter((region) =>
    region.querySelector("caption")?.getBoundingClientRect().right > region.getBoundingClientRect().right + 1).length;
  document.title = JSON.stringify({ errors, canvases: canvases.length, live: live.length, before, byName, byMetric,
    hidden: all - shown(), ticks, hover, wide, undrawn, scrolling, cutCaptions, legend: first.legend.legendItems.map(({ text }) => text) });
`;

interface Seen {
  readonly errors: readonly string[];
  readonly canvases: number;
  readonly live: number;
  readonly before: readonly string[];
  readonly byName: readonly string[];
  readonly byMetric: readonly string[];
  readonly hidden: number;
  readonly ticks: readonly string[];
  readonly hover: string;
  readonly wide: boolean;
  /** Tables that are wider than the page, and captions that are. */
  readonly scrolling: number;
  readonly cutCaptions: number;
  /** What stands in place of charts. */
  readonly undrawn: readonly string[];
  readonly legend: readonly string[];
}

const browser = findBrowser();

describe(`the report page in a browser${browser === null ? " (skipped: no chromium on the PATH)" : ""}`, function () {
  let folder: string;
  before(function () {
    if (browser === null) this.skip();
    folder = mkdtempSync(join(tmpdir(), "kd-sweep-browser-"));
  });
  after(() => {
    if (browser !== null) rmSync(folder, { recursive: true, force: true });
  });

  async function look(width: number, ...flags: readonly string[]): Promise<Seen> {
    const results = readResults(withLogits(typicalStudy()));
    return see(results, makeFigures(results), width, ...flags);
  }

  async function see(
    results: Results,
    figures: readonly Made[],
    width: number,
    ...flags: readonly string[]
  ): Promise<Seen> {
    const listen =
      "<head><script>window.failures = []; addEventListener('error', (e) => failures.push(e.message)); addEventListener('securitypolicyviolation', (e) => failures.push(e.blockedURI));</script>";
    const html = page(results, figures, analyse(results), null)
      .replace("<head>", () => listen)
      .replace("</body>", () => `<script>{${probe}}</script></body>`);
    const path = join(folder, `report-${width}.html`);
    writeFileSync(path, html);
    const { stdout } = await promisify(execFile)(
      browser ?? "",
      [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        `--user-data-dir=${join(folder, `profile-${width}`)}`,
        `--window-size=${width},900`,
        "--virtual-time-budget=2000",
        ...flags,
        "--dump-dom",
        pathToFileURL(path).href,
      ],
      { maxBuffer: 1 << 26 },
    );
    const [, title = ""] = /<title>(.*?)<\/title>/s.exec(stdout) ?? [];
    return JSON.parse(title.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&")) as Seen;
  }

  it("draws every chart, sorts its tables and answers the legend, without an error", async () => {
    const seen = await look(1100);
    assert.deepEqual(seen.errors, []);
    assert.equal(seen.live, seen.canvases);
    assert.ok(seen.canvases >= 10);
    const best = readResults(typicalStudy()).variants.map(({ label }) => label);
    assert.deepEqual(seen.before, best);
    assert.deepEqual(seen.byName, best.toSorted());
    assert.deepEqual(seen.byMetric, best.toReversed());
    assert.equal(seen.hidden, 3); // the line of one configuration and both edges of its band
    assert.ok(seen.ticks.includes("hard (baseline)"));
    assert.equal(seen.hover, "said");
    assert.deepEqual(seen.legend, ["baseline hard (70.5 %)", "teacher convnet (95.3 %)"]);
    assert.equal(seen.wide, false);
  });

  it("draws the others and sorts its tables where a chart cannot be drawn, and says where that one is", async () => {
    const results = readResults(typicalStudy());
    const figures = makeFigures(results);
    const broken = figures.map((made, index): Made => {
      if (index !== 1) return made;
      const chart = { ...made.drawing.chart, type: "no such chart" } as unknown as Made["drawing"]["chart"];
      return { ...made, drawing: { ...made.drawing, chart } };
    });
    const seen = await see(results, broken, 1000);
    assert.deepEqual(seen.errors, []);
    assert.equal(seen.canvases, figures.length - 1);
    assert.equal(seen.live, figures.length - 1);
    assert.deepEqual(seen.byName, seen.before.toSorted());
    assert.equal(seen.undrawn.length, 1);
    assert.match(seen.undrawn[0] ?? "", new RegExp(`no such chart.* It is in charts/${figures[1]?.name}\\.png\\.$`));
  });

  it("fits a phone's width and a dark page, its captions whole", async () => {
    const seen = await look(500, "--blink-settings=preferredColorScheme=0");
    assert.deepEqual(seen.errors, []);
    assert.equal(seen.live, seen.canvases);
    assert.equal(seen.wide, false);
    assert.ok(seen.scrolling > 0);
    assert.equal(seen.cutCaptions, 0);
  });
});
