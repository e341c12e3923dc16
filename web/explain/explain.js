// The page of `batchsizer explain`: draws the trace in #data with uPlot and lists its
// decisions. Window i lasts from start(i) to data.end[i]. A *shown* range of time is
// common to all charts, and so is the window that the reader looks at.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);
  const windows = data.end.length;
  const start = (i) => (i > 0 ? data.end[i - 1] : 0);
  const end = windows ? data.end[windows - 1] : 0;

  // --- Words and numbers ---
  const number = (value, digits = 4) =>
    value == null ? "–" : value >= 10000 ? Math.round(value).toLocaleString("en") : String(+value.toPrecision(digits));

  // "1.25 s", "12:05", "1:02:05"; step: what two times must differ in.
  function timeText(t, step) {
    if (end < 600) {
      const decimals = Math.max(0, Math.min(6, Math.ceil(-Math.log10(step || 1) - 1e-9)));
      return t.toFixed(decimals) + " s";
    }
    const decimals = step < 1 ? Math.min(3, Math.ceil(-Math.log10(step))) : 0;
    const scale = 10 ** decimals;
    const whole = Math.round(t * scale) / scale;
    const two = (n, width = 2) => n.padStart(width, "0");
    const seconds = two((whole % 60).toFixed(decimals), decimals ? decimals + 3 : 2);
    const minutes = Math.floor(whole / 60);
    if (minutes < 60) return `${minutes}:${seconds}`;
    return `${Math.floor(minutes / 60)}:${two(String(minutes % 60))}:${seconds}`;
  }
  // Fine enough to tell neighbouring windows apart, but not finer than a millisecond.
  const shortest = data.end.reduce((least, t, i) => (t > start(i) ? Math.min(least, t - start(i)) : least), 1);
  const timeStep = Math.max(1e-3, Math.min(0.1, 10 ** Math.floor(Math.log10(shortest))));

  // --- Colours: the page's own, by name ---
  let colours = {};
  const colour = (name) => (colours[name] ??= getComputedStyle(root).getPropertyValue("--" + name).trim());

  function setTheme(theme) {
    root.dataset.theme = theme;
    byId("theme").textContent = theme === "dark" ? "Light" : "Dark";
    byId("theme").setAttribute("aria-label", `Switch to ${theme === "dark" ? "light" : "dark"} colours`);
    colours = {};
    for (const chart of charts) chart.redraw(false);
  }

  // --- Charts ---
  const charts = [];
  let shown = [0, end];
  let looked = null; // window that the reader looks at
  let chosen = null; // index into data.entries

  const withFirst = (column) => [column[0], ...column]; // the value from time 0 on
  const times = [0, ...data.end];

  // Steps; where there are many windows a pixel, lines, which uPlot thins out to the
  // lowest and highest of each pixel.
  const steps = uPlot.paths.stepped({ align: -1 });
  const lines = uPlot.paths.linear();
  const paths = (u, series, from, to) =>
    (to - from > 4 * u.bbox.width / uPlot.pxRatio ? lines : steps)(u, series, from, to);

  const series = (label, name, more) => ({
    label, paths, stroke: () => colour(name), width: 1.5, points: { show: false }, ...more,
  });

  // The window at a time: the first that ends at or after it.
  function windowAt(t) {
    let low = 0, high = windows - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (data.end[middle] < t) low = middle + 1; else high = middle;
    }
    return low;
  }

  // Windows above the cap, neighbours as one span [first, last].
  const spans = [];
  for (const i of data.above) {
    const last = spans[spans.length - 1];
    if (last && last[1] === i - 1) last[1] = i; else spans.push([i, i]);
  }

  // Calls draw(left, right) in canvas pixels for each span of windows in view.
  function eachSpan(u, draw) {
    for (const [first, last] of spans) {
      if (data.end[last] < shown[0] || start(first) > shown[1]) continue;
      draw(u.valToPos(Math.max(start(first), shown[0]), "x", true),
        u.valToPos(Math.min(data.end[last], shown[1]), "x", true));
    }
  }

  function hatch(ctx, name) {
    const tile = document.createElement("canvas");
    const size = tile.width = tile.height = Math.round(7 * uPlot.pxRatio);
    const pen = tile.getContext("2d");
    pen.strokeStyle = colour(name);
    pen.globalAlpha = 0.55;
    pen.lineWidth = uPlot.pxRatio;
    pen.beginPath();
    for (const shift of [-size, 0, size]) {
      pen.moveTo(shift, size);
      pen.lineTo(shift + size, 0);
    }
    pen.stroke();
    return ctx.createPattern(tile, "repeat");
  }

  function drawBand(u) {
    if (data.alpha == null) return;
    const { ctx } = u;
    ctx.fillStyle = colour("band");
    // One rectangle for each stretch of one cap.
    let from = windowAt(shown[0]);
    for (let i = from; i <= windows && from < windows; ++i) {
      const over = i === windows || start(i) > shown[1];
      if (!over && data.cap[i] === data.cap[from]) continue;
      const left = u.valToPos(Math.max(start(from), shown[0]), "x", true);
      const right = u.valToPos(Math.min(data.end[i - 1] ?? end, shown[1]), "x", true);
      const top = u.valToPos(data.cap[from], "y", true);
      ctx.fillRect(left, top, right - left, u.valToPos(data.alpha * data.cap[from], "y", true) - top);
      from = i;
      if (over) break;
    }
  }

  function drawUnder(u, isPower) {
    const { ctx, bbox } = u;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    if (isPower) {
      drawBand(u);
      // Too narrow ones have a triangle only: side by side, they would fill the chart.
      ctx.fillStyle = hatch(ctx, "above");
      eachSpan(u, (left, right) => {
        if (right - left >= 2 * uPlot.pxRatio) ctx.fillRect(left, bbox.top, right - left, bbox.height);
      });
    }
    if (chosen !== null) {
      const [first, last] = windowsOf(chosen);
      const left = u.valToPos(start(first), "x", true);
      const right = Math.max(left + 3, u.valToPos(data.end[last], "x", true));
      ctx.fillStyle = colour("chosen");
      ctx.fillRect(left, bbox.top, right - left, bbox.height);
      ctx.fillStyle = colour("accent");
      ctx.fillRect(left, bbox.top, 2, bbox.height);
    }
    ctx.restore();
  }

  // Triangles on top of the windows above the cap, not more than there is room for.
  function drawMarks(u) {
    const { ctx, bbox } = u;
    const half = 4.5 * uPlot.pxRatio;
    let free = -Infinity;
    ctx.save();
    ctx.fillStyle = colour("above");
    eachSpan(u, (left, right) => {
      const middle = (left + right) / 2;
      if (middle - half < free) return;
      free = middle + half;
      ctx.beginPath();
      ctx.moveTo(middle - half, bbox.top);
      ctx.lineTo(middle + half, bbox.top);
      ctx.lineTo(middle, bbox.top + 1.6 * half);
      ctx.fill();
    });
    ctx.restore();
  }

  const powersOfTwo = (min, max) => {
    const all = [];
    for (let p = 2 ** Math.floor(Math.log2(min)); p <= max; p *= 2) if (p >= min) all.push(p);
    const keep = Math.ceil(all.length / 5);
    return all.filter((_, i) => (all.length - 1 - i) % keep === 0);
  };
  const fromZero = { range: (u, low, high) => [0, (high || 1) * 1.08] };
  const doublings = {
    distr: 3, log: 2,
    range: (u, low, high) => [(low || 1) / 1.35, (high || 1) * 1.35],
  };
  const batches = data.batch.reduce(([low, high], b) => [Math.min(low, b), Math.max(high, b)], [Infinity, 0]);

  // What the page draws, from top to bottom. key: how a line looks in the legend.
  const plots = [
    {
      title: "Power", unit: "W", height: 210, scale: fromZero, isPower: true,
      columns: [data.mean, data.peak, data.cap],
      series: [
        series("mean", "mean", { fill: () => colour("mean-fill"), width: 1 }),
        series("peak", "peak", { width: 1.75 }),
        series("cap", "cap", { width: 2.25, dash: [9, 5] }),
      ],
      keys: [["peak", "line"], ["mean", "area"], ["cap", "dashes"],
        ...(data.alpha == null ? [] : [["band", "block", "band"]]),
        ...(spans.length ? [["above", "mark", "above the cap"]] : [])],
    },
    {
      title: "Batch size", unit: "images", height: 110,
      scale: batches[1] >= 16 * batches[0] ? doublings : fromZero,
      columns: [data.batch], series: [series("batch size", "batch", { width: 2 })],
    },
    ...(data.clock ? [{
      title: "Clock", unit: "MHz", height: 84,
      scale: { range: (u, low, high) => { const room = Math.max((high - low) * 0.1, high * 0.02); return [low - room, high + room]; } },
      columns: [data.clock], series: [series("clock", "clock", { width: 2 })],
    }] : []),
    {
      title: "Throughput", unit: "images/s", height: 110, scale: fromZero,
      columns: [data.throughput], series: [series("throughput", "throughput")],
    },
  ];

  const SHAPES = {
    line: '<path d="M0 5h24" stroke="C" stroke-width="2"/>',
    dashes: '<path d="M0 5h24" stroke="C" stroke-width="2.5" stroke-dasharray="7 3"/>',
    area: '<path d="M0 1h24v9h-24z" fill="F"/><path d="M0 1h24" stroke="C"/>',
    block: '<path d="M0 0h24v10h-24z" fill="C" stroke="var(--line)"/>',
    mark: '<path d="M7 1h10l-5 8z" fill="C"/>',
  };
  const keyHtml = ([name, shape, label]) =>
    `<span class="key"><svg viewBox="0 0 24 10" fill="none" aria-hidden="true">${SHAPES[shape]
      .replaceAll('"C"', `"var(--${name})"`).replaceAll('"F"', `"var(--${name}-fill)"`)}</svg>${label || name}</span>`;

  const SECONDS = [];
  for (const unit of [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1]) SECONDS.push(unit, 2 * unit, 5 * unit);
  SECONDS.push(1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600);
  for (const unit of [7200, 18000, 36000, 86400, 864000, 8640000]) SECONDS.push(unit, 2 * unit, 5 * unit);

  function axes(plot, isLast) {
    const font = '12px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif';
    const common = { stroke: () => colour("faint"), font, grid: { stroke: () => colour("grid"), width: 1 }, ticks: { show: false } };
    return [
      {
        ...common, incrs: SECONDS, space: 70, size: isLast ? 28 : 6,
        values: (u, splits, axis, space, step) => splits.map((t) => (isLast ? timeText(t, step) : "")),
      },
      {
        ...common, size: 52, space: 26, gap: 6,
        ...(plot.scale === doublings ? { splits: (u, i, min, max) => powersOfTwo(min, max), filter: (u, s) => s } : {}),
        values: (u, splits) => splits.map((v) => (v >= 10000 ? +(v / 1000).toPrecision(3) + "k" : String(+v.toPrecision(4)))),
      },
    ];
  }

  function makeChart(plot, index) {
    const figure = document.createElement("figure");
    figure.innerHTML = `<figcaption><b>${plot.title}</b><span class="key">${plot.unit}</span>${(plot.keys || []).map(keyHtml).join("")}</figcaption>`;
    byId("plots").append(figure);
    const holder = document.createElement("div");
    holder.setAttribute("role", "img");
    holder.setAttribute("aria-label", `Chart of ${plot.title.toLowerCase()} over time. The slider above and the list of decisions give the values.`);
    figure.append(holder);
    let dragged = false;
    const chart = new uPlot({
      width: widthOf(), height: heightOf(plot, index === plots.length - 1),
      legend: { show: false },
      padding: [plot.isPower ? 4 : 8, 18, null, null],
      scales: { x: { time: false, range: () => shown }, y: plot.scale },
      axes: axes(plot, index === plots.length - 1),
      series: [{}, ...plot.series],
      cursor: {
        y: false, points: { show: false },
        drag: { x: true, y: false, setScale: false, dist: 4 },
        dataIdx: (u, s, closest, t) => windowAt(t) + 1,
        sync: { key: "time", setSeries: false, filters: { pub: (type) => type === "mousemove" || type === "mouseleave" } },
        bind: { dblclick: () => () => { show(0, end); return null; } },
      },
      hooks: {
        drawAxes: [(u) => drawUnder(u, plot.isPower)],
        draw: plot.isPower ? [drawMarks] : [],
        setCursor: index ? [] : [(u) => { if (u.cursor.left >= 0 && u.cursor.idxs[1] != null) look(u.cursor.idxs[1] - 1); }],
        setSelect: [(u) => {
          const { left, width } = u.select;
          if (width < 4) return;
          dragged = true;
          u.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
          show(u.posToVal(left, "x"), u.posToVal(left + width, "x"));
        }],
      },
    }, [times, ...plot.columns.map(withFirst)], holder);
    chart.over.addEventListener("click", () => {
      if (!dragged && looked !== null) choose(entryOf(looked), true);
      dragged = false;
    });
    // A finger that moves sideways reads values; up and down, it scrolls the page.
    chart.over.addEventListener("pointermove", (event) => {
      if (event.pointerType !== "touch") return;
      pointAt(windowAt(chart.posToVal(event.clientX - chart.over.getBoundingClientRect().left, "x")));
    });
    return chart;
  }

  const widthOf = () => Math.max(200, byId("plots").clientWidth);
  const heightOf = (plot, isLast) => Math.round(plot.height * (widthOf() < 500 ? 0.85 : 1)) + (isLast ? 22 : 0);
  function fit() {
    charts.forEach((chart, i) => {
      const height = heightOf(plots[i], i === plots.length - 1);
      if (chart.width !== widthOf() || chart.height !== height) chart.setSize({ width: widthOf(), height });
    });
  }

  // Shows a range of time in all charts.
  function show(from, to) {
    const least = Math.max(end * 1e-7, 1e-6);
    if (to - from < least) [from, to] = [(from + to - least) / 2, (from + to + least) / 2];
    if (to - from >= end) [from, to] = [0, end];
    if (from < 0) [from, to] = [0, to - from];
    if (to > end) [from, to] = [end - (to - from), end];
    shown = [from, to];
    for (const chart of charts) chart.setScale("x", { min: from, max: to });
  }

  function move(how) {
    const [from, to] = shown;
    const length = to - from;
    const inside = looked !== null && data.end[looked] >= from && start(looked) <= to;
    const middle = inside ? (start(looked) + data.end[looked]) / 2 : (from + to) / 2;
    if (how === "in") show(middle - length / 4, middle + length / 4);
    if (how === "out") show(middle - length, middle + length);
    if (how === "earlier") show(from - length / 2, to - length / 2);
    if (how === "later") show(from + length / 2, to + length / 2);
    if (how === "reset") show(0, end);
  }

  // --- The window that is looked at ---
  function values(i) {
    return [
      ["Window", timeText(data.end[i], timeStep)],
      ["Peak", number(data.peak[i]) + " W"],
      ["Mean", number(data.mean[i]) + " W"],
      ["Cap", number(data.cap[i]) + " W"],
      ["Batch size", data.batch[i]],
      ...(data.clock ? [["Clock", number(data.clock[i]) + " MHz"]] : []),
      ["Throughput", number(data.throughput[i]) + " images/s"],
    ];
  }

  function look(i) {
    if (i === looked) return;
    looked = i;
    const [action, why] = data.decisionKinds[data.decision[i]];
    byId("readout").innerHTML = values(i).map(([name, value]) => `<span><i>${name}</i> ${value}</span>`).join("") +
      `<span class="why"><i>Then</i> ${action}: ${why}</span>`;
    const slider = byId("window");
    slider.value = i;
    slider.setAttribute("aria-valuetext", values(i).map((pair) => pair.join(" ")).join(", ") + `; then ${action}: ${why}`);
    const entry = entryOf(i);
    byId("list").querySelector(".here")?.classList.remove("here");
    rowOf(entry)?.classList.add("here");
  }

  // Moves the cursor of all charts to a window, and looks at it.
  function pointAt(i) {
    look(i);
    const t = (start(i) + data.end[i]) / 2;
    const inside = t >= shown[0] && t <= shown[1];
    for (const chart of charts) chart.setCursor(inside ? { left: chart.valToPos(t, "x"), top: 8 } : { left: -10, top: -10 }, false);
  }

  // --- Decisions ---
  const SIGNS = { raise: "▲", lower: "▼", keep: "=", impossible: "✕", safe: "!", cap: "◆" };
  const FIRST = 300; // entries that are listed before one asks for all
  let listed = []; // indices into data.entries
  let limit = FIRST;

  // The windows that an entry stands for; of a move of the cap, the one after it.
  function windowsOf(entry) {
    const [kind, , first, last] = data.entries[entry];
    return kind === "cap" ? [first + 1, first + 1] : [first, last];
  }

  // The decision (not the cap's move) whose windows hold window i.
  function entryOf(i) {
    let low = 0, high = data.entries.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (data.entries[middle][2] <= i) low = middle; else high = middle - 1;
    }
    return data.entries[low][0] === "cap" ? low - 1 : low;
  }
  const rowOf = (entry) => byId("list").querySelector(`[data-entry="${entry}"]`);

  function makeRow(entry) {
    const [, verb, first, last, action, reason] = data.entries[entry];
    const row = document.createElement("tr");
    row.dataset.entry = entry;
    row.className = verb + (entry === chosen ? " chosen" : "");
    const [when, what, why] = [row.insertCell(), row.insertCell(), row.insertCell()];
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = timeText(data.end[first], timeStep);
    button.setAttribute("aria-pressed", String(entry === chosen));
    button.setAttribute("aria-label", `Show in the charts: ${button.textContent}, ${action}`);
    when.append(button);
    const sign = document.createElement("span");
    sign.className = "sign";
    sign.setAttribute("aria-hidden", "true");
    sign.textContent = SIGNS[verb];
    what.append(sign, action);
    why.append(reason);
    if (last > first) {
      const count = document.createElement("span");
      count.className = "times";
      count.textContent = `×${(last - first + 1).toLocaleString("en")}`;
      count.title = `${last - first + 1} windows in a row, until ${timeText(data.end[last], timeStep)}`;
      what.append(" ", count);
    }
    return row;
  }

  function list() {
    const all = document.querySelector("[name=filter]:checked").value === "all";
    listed = [...data.entries.keys()].filter((i) => all || data.entries[i][0] !== "same");
    const rows = listed.slice(0, limit).map(makeRow);
    if (!rows.length) {
      const row = document.createElement("tr");
      row.innerHTML = '<td colspan="3" class="none">No decision changed anything.</td>';
      rows.push(row);
    }
    byId("list").replaceChildren(...rows);
    byId("listed").textContent = all ? ", all" : ", changes only";
    byId("more").hidden = listed.length <= limit;
    byId("more").textContent = `Show all ${listed.length.toLocaleString("en")}`;
  }

  // Marks a decision in charts and list; the same one again, or null: none.
  function choose(entry, fromChart) {
    if (chosen !== null) {
      const old = rowOf(chosen);
      old?.classList.remove("chosen");
      old?.querySelector("button").setAttribute("aria-pressed", "false");
    }
    chosen = entry === chosen ? null : entry;
    if (chosen !== null) {
      const [first, last] = windowsOf(chosen);
      if (data.end[last] < shown[0] || start(first) > shown[1]) {
        const half = (shown[1] - shown[0]) / 2;
        show(start(first) - half, start(first) + half);
      }
      const row = rowOf(chosen);
      row?.classList.add("chosen");
      row?.querySelector("button").setAttribute("aria-pressed", "true");
      if (fromChart) row?.scrollIntoView({ block: "nearest" });
      else { pointAt(first); bringChartsIntoView(); }
    }
    for (const chart of charts) chart.redraw(false);
  }

  // Where the list stands below the charts, they may be off the screen.
  function bringChartsIntoView() {
    const { top, bottom } = byId("plots").getBoundingClientRect();
    if (bottom < 100 || top > innerHeight - 100) byId("readout").scrollIntoView();
  }

  function listenToList() {
    const body = byId("list");
    const entryAt = (event) => event.target.closest("[data-entry]")?.dataset.entry;
    const point = (event) => { const entry = entryAt(event); if (entry !== undefined) pointAt(windowsOf(entry)[0]); };
    body.addEventListener("mouseover", point);
    body.addEventListener("focusin", point);
    body.addEventListener("click", (event) => { const entry = entryAt(event); if (entry !== undefined) choose(+entry, false); });
    byId("more").addEventListener("click", () => { limit = Infinity; list(); });
    for (const input of document.querySelectorAll("[name=filter]")) input.addEventListener("change", () => { limit = FIRST; list(); });
    const changes = data.entries.filter((entry) => entry[0] !== "same").length;
    byId("count-changes").textContent = `Changes (${changes.toLocaleString("en")})`;
    byId("count-all").textContent = `All (${data.entries.length.toLocaleString("en")})`;
  }

  // --- Paper: ink on white, charts as wide as the page, the whole list ---
  const PAPER_WIDTH = 680;
  let before = null;
  function startPrinting() {
    if (before) return;
    before = { theme: root.dataset.theme, limit, about: document.querySelector(".about").open };
    document.querySelector(".about").open = true;
    setTheme("light");
    limit = Infinity;
    list();
    charts.forEach((chart, i) => chart.setSize({ width: PAPER_WIDTH, height: plots[i].height * 0.8 }));
  }
  function endPrinting() {
    if (!before) return;
    limit = before.limit;
    document.querySelector(".about").open = before.about;
    setTheme(before.theme);
    list();
    before = null;
    fit();
  }

  function main() {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    byId("theme").hidden = false;
    const asked = location.hash.slice(1); // page.html#dark
    setTheme(asked === "dark" || asked === "light" ? asked : dark.matches ? "dark" : "light");
    dark.addEventListener("change", () => setTheme(dark.matches ? "dark" : "light"));
    byId("theme").addEventListener("click", () => setTheme(root.dataset.theme === "dark" ? "light" : "dark"));
    if (matchMedia("(max-width: 600px)").matches) document.querySelector(".about").open = false;
    if (windows) {
      byId("window").max = windows - 1;
      byId("window").addEventListener("input", (event) => pointAt(+event.target.value));
      for (const button of document.querySelectorAll("[data-view]")) button.addEventListener("click", () => move(button.dataset.view));
      listenToList();
      list();
      look(windows - 1);
      plots.forEach((plot, i) => charts.push(makeChart(plot, i)));
      new ResizeObserver(() => { if (!before) fit(); }).observe(byId("plots"));
    }
    addEventListener("beforeprint", startPrinting);
    addEventListener("afterprint", endPrinting);
    // uPlot draws in a microtask: after it, everything is there.
    setTimeout(() => { root.dataset.ready = String(charts.length); });
  }
  main();
})();
