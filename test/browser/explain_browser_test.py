"""The page of `batchsizer explain` in Chromium: drawn without an error, asking for nothing.

  explain_browser_test.py BROWSER BATCHSIZER SOURCE [TEST...]

The page says data-ready (the number of charts) when it has drawn, and data-error
when something went wrong.
"""
import html.parser
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

import chromium

BROWSER, BATCHSIZER, SOURCE = sys.argv[1:4]
HEADER = ("time_s,images,batch_size,clock_mhz,peak_power_w,mean_power_w,power_cap_w,"
          "throughput_ips,decision,reason\n")


class Page(html.parser.HTMLParser):
    """What the tests look at in a document."""

    def __init__(self, document):
        super().__init__()
        self.root, self.canvases, self.rows, self.buttons = {}, 0, 0, 0
        self.feed(document)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "html":
            self.root = attrs
        self.canvases += tag == "canvas"
        self.rows += tag == "tr" and "data-entry" in attrs
        self.buttons += tag == "button"


# Put at the end of a page: acts as a reader does, and writes down what is then seen.
ACT = """<script>
const mouse = (chart, where, type) => {
  const over = document.querySelectorAll(".u-over")[chart], box = over.getBoundingClientRect();
  over.dispatchEvent(new MouseEvent(type, {bubbles: true, button: 0, movementX: 1,
    clientX: box.left + where * box.width, clientY: box.top + 20}));
};
const read = () => document.querySelector("#readout span").textContent;
const pause = () => new Promise((go) => setTimeout(go, 50));
addEventListener("load", async () => {
  const seen = {};
  await pause();
  mouse(0, 0.5, "mouseenter"); mouse(0, 0.5, "mousemove"); await pause();
  seen.middle = read();
  mouse(0, 0.1, "mousemove"); mouse(0, 0.1, "mousedown"); mouse(0, 0.3, "mousemove"); await pause();
  mouse(0, 0.3, "mouseup"); await pause();
  mouse(1, 0.5, "mouseenter"); mouse(1, 0.5, "mousemove"); await pause();
  seen.zoomed = read();
  mouse(1, 0.5, "dblclick"); await pause();
  mouse(1, 0.55, "mousemove"); mouse(1, 0.5, "mousemove"); await pause();
  seen.whole = read();
  document.querySelector("[value=all]").click(); await pause();
  seen.all = document.querySelectorAll("[data-entry]").length;
  document.querySelector("[data-entry='1'] button").click(); await pause();
  seen.pressed = document.querySelectorAll("[aria-pressed=true]").length;
  seen.chosen = read();
  const slider = document.getElementById("window");
  slider.value = 7; slider.dispatchEvent(new Event("input")); await pause();
  seen.slider = slider.getAttribute("aria-valuetext");
  document.getElementById("theme").click();
  seen.theme = document.documentElement.dataset.theme;
  document.documentElement.dataset.seen = JSON.stringify(seen);
});
</script></body>"""


class ExplainInABrowser(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="batchsizer-browser-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name):
        return os.path.join(self.folder, name)

    def program(self, *args):
        subprocess.run([BATCHSIZER, "--quiet", *args], check=True, timeout=chromium.HANGS_AFTER_S,
                       stdout=subprocess.DEVNULL)

    def simulated(self):
        self.program("simulate", "--curve", os.path.join(SOURCE, "data/curves/example.csv"),
                     "--cap-trace", os.path.join(SOURCE, "data/caps/raised.csv"),
                     "--noise", "0.02", "--trace", self.path("t.csv"))
        self.program("explain", self.path("t.csv"), "--alpha", "0.8")
        return self.path("t.html")

    def written(self, rows):
        with open(self.path("t.csv"), "w", encoding="utf-8") as file:
            file.write(HEADER + rows)
        self.program("explain", self.path("t.csv"))
        return self.path("t.html")

    def browse(self, page, *options):
        done = chromium.browse(BROWSER, self.folder, page, *options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def assert_drawn(self, page, charts):
        seen = Page(self.browse(page, "--dump-dom"))
        self.assertNotIn("data-error", seen.root)
        self.assertEqual(seen.root.get("data-ready"), str(charts))
        self.assertGreaterEqual(seen.canvases, charts)
        return seen

    def test_draws_charts_and_lists_decisions(self):
        self.assertGreater(self.assert_drawn(self.simulated(), 4).rows, 5)

    def test_reader_can_point_zoom_filter_and_choose(self):
        rows = "".join(f"{i + 1},160,{16 if i % 4 else 32},,90,80,130,8000,keep,within-band\n"
                       for i in range(100))
        page = self.written(rows)
        with open(page, encoding="utf-8") as file:
            text = file.read()
        with open(page, "w", encoding="utf-8") as file:
            file.write(text.replace("</body>", ACT))
        seen = json.loads(self.assert_drawn(page + "#light", 3).root["data-seen"])

        def second(said):
            return float(re.search(r"Window ?([0-9.]+) s", said).group(1))

        self.assertAlmostEqual(second(seen["middle"]), 50, delta=1)
        self.assertAlmostEqual(second(seen["zoomed"]), 20, delta=1)  # 10 to 30 s are shown
        self.assertAlmostEqual(second(seen["whole"]), 50, delta=1)
        self.assertEqual(seen["all"], 74)  # the keeps between two changes fold
        self.assertEqual(seen["pressed"], 1)
        self.assertEqual(second(seen["chosen"]), 2)
        self.assertIn("Window 8.0 s, Peak 90 W", seen["slider"])
        self.assertEqual(seen["theme"], "dark")

    def test_ink_is_on_the_charts(self):
        page, picture = self.simulated(), self.path("page.png")
        self.browse(page + "#light", f"--screenshot={picture}")
        _, depth, rows = chromium.pixels(picture)
        seen = set()
        for row in rows:
            seen.update(zip(row[0::depth], row[1::depth], row[2::depth]))
        # The lines of peak, cap, batch size, clock and throughput: see explain.css and page.css.
        for name in ("0072b2", "c2410c", "6d3fa0", "8a5a00", "1f6f54"):
            self.assertIn(tuple(bytes.fromhex(name)), seen, name)

    def test_traces_at_the_edges(self):
        self.assert_drawn(self.written(""), 0)
        self.assert_drawn(self.written("0.5,16,16,,,,130,32,keep,no-reading\n"), 3)
        self.assert_drawn(self.written("0,0,1,,,,130,0,keep,end-of-run\n"), 3)

    def test_many_windows(self):
        count = 100_000
        rows = "".join(
            f"{(i + 1) / 50:.6f},160,{16 << (i // 1000) % 3},,{90 + i % 50}.5,80,130,8000,"
            f"{'raise,below-band' if i % 3 else 'lower,above-cap'}\n" for i in range(count))
        seen = self.assert_drawn(self.written(rows), 3)
        self.assertLess(seen.rows, 1000)  # the others wait behind a button


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[4:]])
