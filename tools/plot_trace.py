#!/usr/bin/env python3
"""Draws a trace CSV (docs/files.md) as one SVG: power against the cap, batch
size and throughput, on one time axis.

  plot_trace.py TRACE.csv OUT.svg [--title T] [--note N] [--width PIXELS]

Every window is a step: it lasts from the row before it to its own row. A window
whose peak is above the cap by more than 0.5 % is hatched up to its peak and has
a triangle on top. The file stands alone and brings its own background.
"""
import argparse
import csv
import math
import sys
from xml.sax.saxutils import escape

TOLERANCE = 1.005  # as in the summary: below it, a reading is not a violation
COLUMNS = ("time_s", "batch_size", "peak_power_w", "mean_power_w", "power_cap_w", "throughput_ips")

# Of Okabe and Ito's palette, apart in brightness too.
PEAK, MEAN, CAP, OVER, OTHER = "#0072b2", "#9ccbe8", "#d55e00", "#8b1a1a", "#1f6f54"
INK, FAINT, GRID = "#1b1b1b", "#5a5a5a", "#e3e3e3"
FONT = "system-ui,-apple-system,'Segoe UI','DejaVu Sans',sans-serif"
SMALL_WIDTH = 700  # below it, the legend has its own line, and there is no throughput
LEFT, RIGHT, TEXT, SMALL = 64, 18, 14, 12.5
CHARACTER = 0.56 * SMALL  # a little more than the mean width of one


class Trace:
    """The columns of a trace. Window i lasts from times[i] to times[i + 1]."""

    def __init__(self, path):
        with open(path, newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
        missing = [c for c in COLUMNS if rows and c not in rows[0]]
        if not rows or missing:
            what = f"no column {missing[0]}" if missing else "no window in it"
            raise SystemExit(f"plot_trace: {path}: {what}; a trace that --trace wrote is needed")

        def column(name):
            return [float(row[name]) if row[name] else None for row in rows]

        self.times = [0.0] + column("time_s")
        self.batch = column("batch_size")
        self.peak = column("peak_power_w")
        self.mean = column("mean_power_w")
        self.cap = column("power_cap_w")
        self.throughput = column("throughput_ips")

    def violations(self):
        """Indices of the windows above their cap."""
        return [i for i, (peak, cap) in enumerate(zip(self.peak, self.cap))
                if peak is not None and peak > TOLERANCE * cap]

    def cap_stretches(self):
        """(start, end, cap) of each run of windows under one cap."""
        stretches = []
        for i, cap in enumerate(self.cap):
            if stretches and stretches[-1][2] == cap:
                stretches[-1][1] = self.times[i + 1]
            else:
                stretches.append([self.times[i], self.times[i + 1], cap])
        return stretches


def nice_step(span, about):
    """A step of 1, 2 or 5 x 10^n that parts span into about so many."""
    raw = span / about
    power = 10 ** math.floor(math.log10(raw))
    return next(m * power for m in (1, 2, 5, 10) if m * power >= raw * 0.999)


def number(value):
    return f"{value:,.10g}".replace(",", "\u202f") if value >= 10000 else f"{value:.10g}"


class Panel:
    """One chart: a rectangle, and how time and value become points in it."""

    def __init__(self, box, span, low, high, log=False):
        self.left, self.top, self.width, self.height = box
        self.end = span
        self.log = log
        self.low, self.high = (math.log2(low), math.log2(high)) if log else (low, high)

    def x(self, time):
        return self.left + self.width * time / self.end

    def y(self, value):
        value = math.log2(value) if self.log else value
        share = (value - self.low) / (self.high - self.low)
        return self.top + self.height * (1 - share)

    def steps(self, times, values):
        """An SVG path of steps. What falls into one pixel column is drawn as its
        extent, so that a long trace stays small and hides no swing."""
        pieces, column = [], None
        for i, value in enumerate(values):
            if value is None:
                column = None
                continue
            x, y = round(self.x(times[i]), 1), round(self.y(value), 1)
            if column is None:
                pieces.append(f"M{x:g} {y:g}")
            elif int(x) != column[0]:
                pieces.append(f"V{column[1]:g}V{column[2]:g}V{column[3]:g}H{x:g}V{y:g}")
            if column is None or int(x) != column[0]:
                column = [int(x), y, y, y]
            column = [column[0], min(column[1], y), max(column[2], y), y]
            last = i + 1 == len(values) or values[i + 1] is None
            if last:
                pieces.append(f"V{column[1]:g}V{column[2]:g}V{y:g}H{self.x(times[i + 1]):.1f}")
        return "".join(pieces)


class Drawing:
    def __init__(self, width, height, title, description):
        self.parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'width="{width}" height="{height}" role="img" font-family="{FONT}">',
            f"<title>{escape(title)}</title><desc>{escape(description)}</desc>",
            f'<defs><pattern id="over" width="6" height="6" patternUnits="userSpaceOnUse" '
            f'patternTransform="rotate(45)"><rect width="6" height="6" fill="#f6d5d0"/>'
            f'<path d="M0 0V6" stroke="{OVER}" stroke-width="3"/></pattern></defs>',
            f'<rect x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="8" '
            f'fill="#ffffff" stroke="#cfcfcf"/>']

    def text(self, x, y, text, size=SMALL, colour=INK, anchor="start", weight="normal"):
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" fill="{colour}" '
                          f'text-anchor="{anchor}" font-weight="{weight}">{escape(text)}</text>')

    def path(self, d, colour, width, dash="", fill="none"):
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        self.parts.append(f'<path d="{d}" fill="{fill}" stroke="{colour}" '
                          f'stroke-width="{width:g}" stroke-linejoin="round"{dashes}/>')

    def axes(self, panel, title, values, labels=number):
        """Title above, grid lines and their values at the left."""
        self.text(panel.left, panel.top - 9, title, TEXT, weight="600")
        right = panel.left + panel.width
        for value in values:
            y = panel.y(value)
            self.path(f"M{panel.left} {y:.1f}H{right}", GRID, 1)
            self.text(panel.left - 8, y + 4.5, labels(value), colour=FAINT, anchor="end")

    def legend(self, right, y, entries):
        """Samples with names, flush right; an entry: (name, kind)."""
        for name, kind in reversed(entries):
            # Fonts differ: a name starts at a fixed place after its sample.
            right -= CHARACTER * len(name)
            self.text(right, y, name)
            self.sample(right - 7, y - 4.5, kind)
            right -= 52

    def sample(self, right, y, kind):
        if kind == "over":
            self.parts.append(f'<rect x="{right - 24:.1f}" y="{y - 5:.1f}" width="24" height="10" '
                              f'fill="url(#over)" stroke="{OVER}" stroke-width="0.8"/>')
            self.triangle(right - 12, y - 6)
            return
        colour, width, dash = STYLES[kind]
        self.path(f"M{right - 24:.1f} {y:.1f}H{right:.1f}", colour, width, dash)

    def triangle(self, x, y):
        """Points down at (x, y)."""
        self.parts.append(f'<path d="M{x:.1f} {y:.1f}l-4.5 -8h9z" fill="{OVER}"/>')

    def finish(self):
        return "\n".join(self.parts + ["</svg>", ""])


STYLES = {"peak": (PEAK, 2.2, ""), "mean": (MEAN, 5, ""), "cap": (CAP, 2.6, "9 4"),
          "other": (OTHER, 2.2, "")}


def draw_power(drawing, panel, trace):
    drawing.path(panel.steps(trace.times, trace.mean), *STYLES["mean"])
    drawing.path(panel.steps(trace.times, trace.peak), *STYLES["peak"])
    for i in trace.violations():
        left, right = panel.x(trace.times[i]), panel.x(trace.times[i + 1])
        top, bottom = panel.y(trace.peak[i]), panel.y(trace.cap[i])
        drawing.parts.append(
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{max(right - left, 1.5):.1f}" '
            f'height="{bottom - top:.1f}" fill="url(#over)" stroke="{OVER}" stroke-width="0.8"/>')
    drawing.path(panel.steps(trace.times, trace.cap), *STYLES["cap"])
    # Triangles close to each other would be a smear: one for every 9 pixels.
    last_x = -math.inf
    for i in trace.violations():
        x = panel.x((trace.times[i] + trace.times[i + 1]) / 2)
        if x - last_x >= 9:
            drawing.triangle(x, panel.y(trace.peak[i]) - 2)
            last_x = x
    draw_cap_values(drawing, panel, trace)


def draw_cap_values(drawing, panel, trace):
    """Each cap's value above its line, beside the violations, where there is room."""
    stretches = trace.cap_stretches()
    over = [panel.x((trace.times[i] + trace.times[i + 1]) / 2) for i in trace.violations()]
    highest_triangle = min([panel.y(trace.peak[i]) for i in trace.violations()], default=0)
    for start, end, cap in stretches if len(stretches) <= 8 else []:
        name = f"cap {number(cap)} W"
        left, right = panel.x(start), panel.x(end)
        half = CHARACTER * len(name) / 2 + 8
        if right - left < 2 * half:
            continue
        places = [left + share * (right - left) for share in (0.5, 0.75, 0.25)]
        free = [x for x in places if left + half <= x <= right - half
                and all(abs(x - other) > half for other in over)]
        x, y = (free[0], panel.y(cap) - 7) if free else (places[0], highest_triangle - 14)
        drawing.text(x, y, name, colour="#a04600", anchor="middle", weight="600")


def draw_cap_moves(drawing, panels, trace):
    """A faint line through every chart where the cap moved."""
    stretches = trace.cap_stretches()
    for start, _, _ in stretches[1:] if len(stretches) <= 40 else []:
        for panel in panels:
            drawing.path(f"M{panel.x(start):.1f} {panel.top}V{panel.top + panel.height}",
                         "#9a9a9a", 1, "2 3")


def draw_time_axis(drawing, panel):
    bottom = panel.top + panel.height
    step = nice_step(panel.end, max(6, panel.width // 90))
    for i in range(int(panel.end / step + 1e-9) + 1):
        x = panel.x(i * step)
        drawing.path(f"M{x:.1f} {bottom}v5", FAINT, 1)
        drawing.text(x, bottom + 20, number(round(i * step, 9)), colour=FAINT, anchor="middle")
    drawing.text(panel.left + panel.width / 2, bottom + 40, "time, s", TEXT, anchor="middle",
                 weight="600")


# Each axis: the values that get a line, and where the axis ends.
def power_axis(trace):
    """From 0, or a round number below what is drawn; at the end room for the cap's value."""
    seen = [p for p in trace.peak + trace.mean + trace.cap if p is not None]
    step = nice_step(max(seen), 5)
    low = step * math.floor(min(seen) / step - 0.2) if min(seen) > 0.4 * max(seen) else 0
    high = max(seen) + 0.13 * (max(seen) - low)
    return [low + i * step for i in range(int((high - low) / step) + 1)], high


def batch_axis(trace):
    low = math.floor(math.log2(min(trace.batch)))
    high = max(low + 1, math.ceil(math.log2(max(trace.batch))))
    every = max(1, round((high - low) / 6))
    return [2 ** e for e in range(low, high + 1, every)], 2 ** high


def rate_axis(trace):
    top = max(trace.throughput) * 1.05
    step = nice_step(top, 5)
    return [i * step for i in range(int(top / step) + 1)], top


def layout(trace, options):
    """The three panels, and the axis values of each."""
    small = options.width < SMALL_WIDTH
    head = 64 + (20 if options.note else 0) + (24 if small else 0)
    heights = (150, 96, 0) if small else (210, 120, 120)
    axes = (power_axis(trace), batch_axis(trace), rate_axis(trace))
    panels, top = [], head
    for height, (values, end), log in zip(heights, axes, (False, True, False)):
        if height == 0:
            continue
        box = (LEFT, top, options.width - LEFT - RIGHT, height)
        panels.append(Panel(box, trace.times[-1], values[0], end, log))
        top += height + 38
    return panels, axes, top - 38 + 54


def draw_head(drawing, panels, trace, options):
    small = options.width < SMALL_WIDTH
    drawing.text(LEFT, 30, options.title, 15 if small else 17, weight="700")
    if options.note:
        drawing.text(LEFT, 50, options.note, SMALL, FAINT)
    entries = [("peak" if small else "highest in a window", "peak"), ("mean", "mean"),
               ("cap", "cap")]
    if trace.violations():
        entries.append(("above the cap", "over"))
    drawing.legend(options.width - RIGHT, panels[0].top - (33 if small else 9), entries)


def draw(trace, options):
    panels, axes, height = layout(trace, options)
    description = (f"{options.note} {len(trace.batch)} windows in {trace.times[-1]:.6g} s; "
                   f"{len(trace.violations())} with a peak above the cap.").strip()
    drawing = Drawing(options.width, height, options.title, description)
    draw_head(drawing, panels, trace, options)
    names = ("power, W", "batch size, images", "throughput, images/s")
    for panel, name, (values, _) in zip(panels, names, axes):
        drawing.axes(panel, name, values)
    draw_cap_moves(drawing, panels, trace)
    draw_power(drawing, panels[0], trace)
    for panel, values in zip(panels[1:], (trace.batch, trace.throughput)):
        drawing.path(panel.steps(trace.times, values), *STYLES["other"])
    draw_time_axis(drawing, panels[-1])
    return drawing.finish()


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("trace", help="what --trace wrote")
    parser.add_argument("out", help="the SVG file to write")
    parser.add_argument("--title", default="Power, batch size and throughput")
    parser.add_argument("--note", default="", help="a line below the title")
    parser.add_argument("--width", type=int, default=960,
                        help="pixels; below 700: a small picture without throughput")
    options = parser.parse_args(arguments)
    svg = draw(Trace(options.trace), options)
    with open(options.out, "w", encoding="utf-8") as file:
        file.write(svg)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
