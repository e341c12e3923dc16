// A report's page: values at the pointer, finger or arrow keys, and the theme. The charts
// themselves are SVG that is already there; #data has what they show, in their own pixels:
// {figure id: [panel]}, see src/record/report/hover_data.cc.
"use strict";
(() => {
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);
  const figures = JSON.parse(byId("data").textContent);
  const values = byId("values");

  // --- Numbers ---
  function number(value) {
    const size = Math.abs(value);
    const text = size >= 10000 ? Math.round(size).toLocaleString("en") : String(+size.toPrecision(4));
    return (value < 0 ? "−" : "") + text;
  }
  const withUnit = (value, unit) => number(value) + (unit ? " " + unit : "");

  // --- Places ---
  function place(axis, value) {
    const share = axis.log ? Math.log(value / axis.least) / Math.log(axis.most / axis.least)
      : (value - axis.least) / (axis.most - axis.least);
    return axis.from + (axis.to - axis.from) * share;
  }
  function valueAt(axis, pixel) {
    const share = (pixel - axis.from) / (axis.to - axis.from);
    return axis.log ? axis.least * (axis.most / axis.least) ** share
      : axis.least + (axis.most - axis.least) * share;
  }
  // Index of the last of ascending xs that is not above x; -1: all are.
  function lastUpTo(xs, x) {
    let low = -1, high = xs.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (xs[middle] <= x) low = middle; else high = middle - 1;
    }
    return low;
  }
  function nearest(xs, x, axis) {
    const before = lastUpTo(xs, x);
    if (before < 0) return 0;
    if (before + 1 >= xs.length) return before;
    const here = place(axis, x);
    return here - place(axis, xs[before]) <= place(axis, xs[before + 1]) - here ? before : before + 1;
  }

  // Where the arrow keys stop: every x of every series, each once.
  function stopsOf(panel) {
    if (panel.categories) return panel.categories.map((name, i) => i + 0.5);
    return panel.stops ??= [...new Set(panel.series.flatMap((series) => series.x))].sort((a, b) => a - b);
  }

  // What a series says at x: {value, at, low, high}, or null.
  function reading(panel, series, x) {
    if (panel.categories) {
      const i = Math.floor(x);
      return series.y[i] == null ? null : { value: series.y[i], at: x, low: series.low?.[i], high: series.high?.[i] };
    }
    if (series.steps) {
      const i = series.x.length ? lastUpTo(series.x, x) : 0;
      return i < 0 || series.y[i] == null ? null : { value: series.y[i], at: x };
    }
    const NEAR = 6; // pixels
    const i = nearest(series.x, x, panel.x);
    if (series.y[i] == null || Math.abs(place(panel.x, series.x[i]) - place(panel.x, x)) > NEAR) return null;
    return { value: series.y[i], at: series.x[i], low: series.low?.[i], high: series.high?.[i] };
  }

  function wordsAt(panel, x) {
    const rows = panel.series.filter((series) => !series.hidden).map((series) => ({ series, read: reading(panel, series, x) })).filter((row) => row.read);
    const group = panel.categories && panel.groups?.find((each) => x < each.end)?.name;
    const head = panel.categories
      ? `${panel.x.label ? panel.x.label + " " : ""}${panel.categories[Math.floor(x)]}${group ? ", " + group : ""}`
      : `${panel.x.label ? panel.x.label + " " : ""}${withUnit(x, panel.x.unit)}`;
    return { head, rows };
  }
  const amount = ({ series, read }) => withUnit(read.value, series.unit) +
    (read.low != null && read.high != null ? ` (${number(read.low)} to ${number(read.high)})` : "");

  // --- Showing ---
  const SVG = "http://www.w3.org/2000/svg";
  function shape(parent, tag, attributes) {
    const made = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    parent.append(made);
    return made;
  }

  function drawCross(chart, panel, x, rows) {
    chart.querySelector(".cross")?.remove();
    const cross = shape(chart.querySelector("svg"), "g", { class: "cross", "pointer-events": "none" });
    const [left, top, right, bottom] = panel.box;
    if (panel.categories) {
      const slot = (right - left) / panel.categories.length;
      shape(cross, "rect", { x: left + Math.floor(x) * slot, y: top, width: slot, height: bottom - top });
      return;
    }
    const at = place(panel.x, x);
    shape(cross, "line", { x1: at, x2: at, y1: top, y2: bottom });
    for (const { series, read } of rows) {
      const y = place(series.second ? panel.second : panel.y, read.value);
      if (y < top - 4 || y > bottom + 4 || series.cap) continue;
      shape(cross, "circle", { cx: place(panel.x, read.at), cy: y, r: 4 }).style.fill = `var(--${series.colour})`;
    }
  }

  function fillValues({ head, rows }) {
    const title = document.createElement("b");
    title.textContent = head;
    values.replaceChildren(title, ...rows.map((row) => {
      const line = document.createElement("div");
      const [mark, name, value] = ["i", "em", "span"].map((tag) => document.createElement(tag));
      mark.style.background = `var(--${row.series.colour})`;
      name.style.fontStyle = "normal";
      name.textContent = row.series.name;
      value.textContent = amount(row);
      line.append(mark, name, value);
      return line;
    }));
    if (!rows.length) values.append("no value here");
    values.hidden = false;
  }

  // Beside the place, never over it, never off the screen.
  function putValues(x, y, gap) {
    const EDGE = 6;
    const { width, height } = values.getBoundingClientRect();
    const left = x + gap + width + EDGE < innerWidth ? x + gap : x - gap - width;
    values.style.left = Math.max(EDGE, Math.min(left, innerWidth - width - EDGE)) + "px";
    values.style.top = Math.max(EDGE, Math.min(y - height / 2, innerHeight - height - EDGE)) + "px";
  }

  let shown = null; // chart whose values are shown
  function hide() {
    shown?.querySelector(".cross")?.remove();
    shown = null;
    values.hidden = true;
  }

  function show(chart, panel, x, pointer) {
    if (shown !== chart) hide();
    shown = chart;
    chart.at = x;
    const words = wordsAt(panel, x);
    drawCross(chart, panel, x, words.rows);
    fillValues(words);
    const box = chart.querySelector("svg").getBoundingClientRect();
    const scale = box.width / panel.width;
    const slot = panel.categories ? (panel.box[2] - panel.box[0]) / panel.categories.length : 0;
    putValues(box.left + place(panel.x, x) * scale, pointer ? pointer.clientY : box.top + panel.box[1] * scale + 40,
      14 + slot / 2 * scale);
    return words;
  }
  function say({ head, rows }) {
    byId("said").textContent = [head, ...rows.map((row) => `${row.series.name} ${amount(row)}`)].join("; ");
  }

  // --- Asking: pointer, finger, keys ---
  function xAt(chart, panel, event) {
    const box = chart.querySelector("svg").getBoundingClientRect();
    const pixel = (event.clientX - box.left) * panel.width / box.width;
    if (pixel < panel.box[0] - 8 || pixel > panel.box[2] + 8) return null;
    const stops = stopsOf(panel);
    if (!stops.length) return null;
    const x = valueAt(panel.x, Math.max(panel.box[0], Math.min(pixel, panel.box[2])));
    if (panel.categories) return Math.min(Math.floor(x), panel.categories.length - 1) + 0.5;
    return panel.series.every((series) => series.steps) ? x : stops[nearest(stops, x, panel.x)];
  }

  function onPointer(chart, panel, event) {
    const x = xAt(chart, panel, event);
    if (x === null) hide(); else show(chart, panel, x, event);
  }

  function onKey(chart, panel, event) {
    const stops = stopsOf(panel);
    if (event.key === "Escape") return hide();
    if (!stops.length) return;
    const far = Math.max(1, Math.round(stops.length / 10));
    const now = chart.at === undefined ? -1 : nearest(stops, chart.at, panel.x);
    const moves = { ArrowRight: now + 1, ArrowLeft: now - 1, PageDown: now + far, PageUp: now - far, Home: 0, End: stops.length - 1 };
    if (!(event.key in moves) || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    say(show(chart, panel, stops[Math.max(0, Math.min(moves[event.key], stops.length - 1))]));
  }

  function listen(chart, panel) {
    chart.addEventListener("pointermove", (event) => onPointer(chart, panel, event));
    chart.addEventListener("pointerdown", (event) => onPointer(chart, panel, event));
    chart.addEventListener("pointerleave", (event) => { if (event.pointerType !== "touch") hide(); });
    chart.addEventListener("keydown", (event) => onKey(chart, panel, event));
    chart.addEventListener("blur", hide);
  }
  // Where a chart is wider than its place, a finger must be able to move it sideways.
  function fitTouch() {
    for (const chart of document.querySelectorAll(".chart")) {
      const scroller = chart.closest(".scroll");
      chart.style.touchAction = scroller && scroller.scrollWidth > scroller.clientWidth + 1 ? "pan-x pan-y" : "";
    }
  }

  // --- Legend: a series that is in the way can be hidden ---
  function listenToLegend(figure, panels) {
    figure.querySelectorAll(".legend li").forEach((item, key) => {
      const button = item.querySelector("button");
      button?.addEventListener("click", () => {
        const hidden = button.getAttribute("aria-pressed") === "true";
        button.setAttribute("aria-pressed", String(!hidden));
        for (const drawn of figure.querySelectorAll(`[data-key="${key}"]`)) drawn.classList.toggle("off", hidden);
        for (const panel of panels) {
          for (const series of panel.series) if (series.key === key) series.hidden = hidden;
        }
      });
    });
  }

  // --- Theme ---
  function setTheme(theme) {
    root.dataset.theme = theme;
    byId("theme").textContent = theme === "dark" ? "Light" : "Dark";
    byId("theme").setAttribute("aria-label", `Switch to ${theme === "dark" ? "light" : "dark"} colours`);
  }

  function main() {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    byId("theme").hidden = false;
    setTheme(root.dataset.theme);
    dark.addEventListener("change", () => setTheme(dark.matches ? "dark" : "light"));
    byId("theme").addEventListener("click", () => setTheme(root.dataset.theme === "dark" ? "light" : "dark"));
    if (matchMedia("(max-width: 1179px)").matches) document.querySelector("nav details").open = false;
    let charts = 0;
    for (const [id, panels] of Object.entries(figures)) {
      const drawn = byId(id).querySelectorAll(".chart");
      panels.forEach((panel, i) => { listen(drawn[i], panel); ++charts; });
      listenToLegend(byId(id), panels);
    }
    addEventListener("scroll", hide, { passive: true, capture: true });
    addEventListener("pointerdown", (event) => { if (shown && !shown.contains(event.target)) hide(); });
    addEventListener("resize", () => { hide(); fitTouch(); });
    fitTouch();
    root.dataset.ready = String(charts);
  }
  main();
})();
