import { darkColours } from "../drawing/palette.js";
import { extend } from "../drawing/extend.js";

/**
 * The page's own script. It reads the charts' configurations from `#charts`, draws them with the chart.js that stands
 * before it, again when the page turns dark or is printed, and makes the tables sort. A chart that cannot be drawn costs
 * no other: its canvas makes way for a sentence, and its values stay in their table.
 */
export const script = `
"use strict";
(() => {
  const extend = ${extend.toString()};
  const darkColours = ${JSON.stringify(darkColours)};
  const source = document.getElementById("charts").textContent;
  const preference = matchMedia("(prefers-color-scheme: dark)");
  let live = [];

  function draw(dark) {
    for (const chart of live) chart.destroy();
    const narrow = innerWidth < 640;
    const defaults = Chart.defaults;
    defaults.color = dark ? "#c4c4c4" : "#444444";
    defaults.borderColor = dark ? "#37373a" : "#e4e4e4";
    defaults.font.family = getComputedStyle(document.body).fontFamily;
    defaults.font.size = narrow ? 11 : 13;
    defaults.animation = false;
    defaults.maintainAspectRatio = false;
    defaults.plugins.legend.position = "bottom";
    Object.assign(defaults.plugins.legend.labels, { padding: narrow ? 8 : 12, boxHeight: narrow ? 7 : 8 });
    defaults.plugins.subtitle.padding = { bottom: 10 };
    let text = source;
    if (dark) for (const [light, other] of Object.entries(darkColours)) text = text.replaceAll(light, other);
    live = JSON.parse(text).flatMap((each) => drawn(each, narrow));
  }

  function drawn({ name, chart }, narrow) {
    const canvas = document.getElementById(name);
    if (canvas === null) return [];
    try {
      chart.options.plugins.title.display = false;
      chart.options.plugins.subtitle.display = false;
      if (narrow) {
        for (const dataset of chart.data.datasets) {
          const radius = dataset.pointRadius;
          dataset.pointRadius = Array.isArray(radius) ? radius.map((each) => each * 0.6) : radius * 0.6;
          dataset.borderWidth *= 0.7;
        }
      }
      return [new Chart(canvas, chart)];
    } catch (error) {
      const text = document.createElement("p");
      text.className = "notice";
      text.textContent =
        "This chart cannot be drawn here (" + error.message + "). It is in " + name.replace(/^chart-/, "charts/") + ".png.";
      canvas.parentElement.replaceWith(text);
      return [];
    }
  }

  function sortable(table) {
    const body = table.tBodies[0];
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        const up = head.getAttribute("aria-sort") !== "ascending";
        for (const other of heads) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        const numeric = head.classList.contains("number");
        const key = (row) => {
          const cell = row.cells[column];
          if (!numeric) return cell.textContent;
          return cell.dataset.value === undefined || cell.dataset.value === "" ? null : Number(cell.dataset.value);
        };
        const keyed = [...body.rows].map((row) => ({ row, key: key(row) }));
        keyed.sort((a, b) => {
          if (a.key === null || b.key === null) return (a.key === null) - (b.key === null);
          const order = numeric ? a.key - b.key : a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
          return up ? order : -order;
        });
        body.append(...keyed.map(({ row }) => row));
      });
    });
  }

  for (const table of document.querySelectorAll("table.sortable")) sortable(table);
  extend(Chart);
  draw(preference.matches);
  preference.addEventListener("change", () => draw(preference.matches));
  addEventListener("beforeprint", () => draw(false));
  addEventListener("afterprint", () => draw(preference.matches));
})();
`;
