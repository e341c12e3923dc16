"""A report's page in Chromium: drawn without an error, read by pointer, finger and keys.

  report_browser_test.py BROWSER WRITE_SAMPLE_REPORT [TEST...]

The page says data-ready (the number of charts) when it listens, and data-error when
something went wrong.
"""
import html
import html.parser
import json
import os
import subprocess
import sys
import tempfile
import unittest

import chromium

BROWSER, WRITE_SAMPLE_REPORT = sys.argv[1:3]
CHARTS = 11  # in the sample: src/record/report/testing/sample_report.cc

# Put at the end of a page: runs BODY, and writes down what SEEN then holds.
ACT = """<script>
const at = (chart, where, type, options) => {
  const box = chart.getBoundingClientRect();
  chart.dispatchEvent(new PointerEvent(type, {bubbles: true, clientX: box.left + where * box.width,
    clientY: box.top + box.height / 2, ...options}));
};
const chart = (id, i = 0) => document.querySelectorAll("#" + id + " .chart")[i];
const read = () => document.getElementById("values").hidden ? "" :
  document.getElementById("values").innerText.replace(/\\s+/g, " ");
const key = (chart, name) => chart.dispatchEvent(new KeyboardEvent("keydown",
  {key: name, bubbles: true, cancelable: true}));
addEventListener("load", () => {
  const seen = {};
  BODY
  document.documentElement.dataset.seen = JSON.stringify(seen);
});
</script></body>"""


class Root(html.parser.HTMLParser):
    """The attributes of a document's first element."""

    def __init__(self, document):
        super().__init__()
        self.attributes = None
        self.feed(document)

    def handle_starttag(self, tag, attrs):
        if self.attributes is None:
            self.attributes = dict(attrs)


class ReportInABrowser(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="batchsizer-browser-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        subprocess.run([WRITE_SAMPLE_REPORT, self.path("report")], check=True,
                       timeout=chromium.HANGS_AFTER_S)
        self.page = self.path("report", "report.html")

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def browse(self, page, *options):
        done = chromium.browse(BROWSER, self.folder, page, *options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def root_of(self, page):
        root = Root(self.browse(page, "--dump-dom")).attributes
        self.assertNotIn("data-error", root)
        return root

    def act(self, body, fragment="#light"):
        """What body, as JavaScript, has written into seen."""
        page = self.path("report", "acted.html")
        with open(self.page, encoding="utf-8") as file:
            text = file.read()
        with open(page, "w", encoding="utf-8") as file:
            file.write(text.replace("</body>", ACT.replace("BODY", body)))
        root = self.root_of(page + fragment)
        self.assertEqual(root["data-ready"], str(CHARTS))
        return json.loads(root["data-seen"])

    def test_is_drawn_without_an_error(self):
        root = self.root_of(self.page)
        self.assertEqual(root.get("data-ready"), str(CHARTS))
        self.assertIn(root["data-theme"], ("light", "dark"))

    def test_pointer_reads_every_series_with_its_unit(self):
        seen = self.act("""
          at(chart("fig1"), 0.62, "pointermove"); seen.curve = read();
          seen.dots = document.querySelectorAll("#fig1 .cross circle").length;
          at(chart("fig7"), 0.5, "pointermove"); seen.power = read();
          seen.crosses = document.querySelectorAll(".cross").length;
          at(chart("fig5-policies"), 0.945, "pointermove"); seen.bars = read();
          at(chart("sensitivity"), 0.945, "pointermove"); seen.whiskers = read();
          at(chart("fig4", 1), 0.9, "pointermove"); seen.steps = read();
          at(chart("fig4", 1), 0.9, "pointerleave"); seen.left = read();
        """)
        self.assertRegex(seen["curve"], r"^Batch size 64 throughput 311\.8 images/s peak power 140 W$")
        self.assertEqual(seen["dots"], 2)
        self.assertRegex(seen["power"], r"^Time [0-9.]+ s paper [0-9.]+ W dvfs [0-9.]+ W cap 228 W$")
        self.assertEqual(seen["crosses"], 1)
        self.assertRegex(seen["bars"], r"^Job 20, Caltech256 paper .* images/s .*oracle .* images/s$")
        self.assertRegex(seen["whiskers"], r"% \([−0-9.]+ to [0-9.]+\)$")
        self.assertRegex(seen["steps"], r"^Time [0-9.]+ s batch size 96$")
        self.assertEqual(seen["left"], "")

    def test_keys_and_fingers_read_values(self):
        seen = self.act("""
          const bars = chart("fig5");
          seen.focusable = bars.tabIndex;
          key(bars, "Home"); seen.first = read();
          key(bars, "ArrowRight"); key(bars, "ArrowRight"); key(bars, "ArrowLeft"); seen.second = read();
          key(bars, "End"); seen.last = read();
          seen.said = document.getElementById("said").textContent;
          key(bars, "Escape"); seen.closed = read();
          at(chart("fig1"), 0.62, "pointerdown", {pointerType: "touch"});
          at(chart("fig1"), 0.62, "pointerleave", {pointerType: "touch"}); seen.touched = read();
          at(document.querySelector("h1"), 0.5, "pointerdown", {pointerType: "touch"}); seen.elsewhere = read();
        """)
        self.assertEqual(seen["focusable"], 0)
        self.assertIn("Job 1, ImageNet", seen["first"])
        self.assertIn("Job 2, ImageNet", seen["second"])
        self.assertIn("Job 20, Caltech256", seen["last"])
        self.assertEqual(seen["said"], "Job 20, Caltech256; paper against dvfs, ours 13 %")
        self.assertEqual(seen["closed"], "")
        self.assertIn("Batch size 64", seen["touched"])
        self.assertEqual(seen["elsewhere"], "")

    def test_legend_hides_and_shows_series(self):
        seen = self.act("""
          const button = document.querySelector("#fig7 .legend button");
          const lines = () => [...document.querySelectorAll("#fig7 [data-key='0']")]
            .map((each) => getComputedStyle(each).display);
          button.click(); at(chart("fig7"), 0.5, "pointermove");
          seen.hidden = [button.getAttribute("aria-pressed"), read(), lines()];
          button.click(); at(chart("fig7"), 0.5, "pointermove");
          seen.shown = [button.getAttribute("aria-pressed"), read(), lines()];
        """)
        self.assertEqual(seen["hidden"][0], "false")
        self.assertNotIn("paper", seen["hidden"][1])
        self.assertIn("dvfs", seen["hidden"][1])
        self.assertEqual(seen["hidden"][2], ["none", "none"])
        self.assertEqual(seen["shown"][0], "true")
        self.assertIn("paper", seen["shown"][1])
        self.assertEqual(seen["shown"][2], ["inline", "inline"])

    def test_theme_can_be_chosen(self):
        body = """
          const ground = () => getComputedStyle(document.body).backgroundColor;
          seen.before = ground();
          seen.line = getComputedStyle(document.querySelector("#fig1 .chart path[stroke]")).stroke;
          document.getElementById("theme").click();
          seen.after = ground();
          seen.button = document.getElementById("theme").textContent;
        """
        seen = self.act(body)
        self.assertEqual((seen["before"], seen["after"]), ("rgb(255, 255, 255)", "rgb(20, 23, 26)"))
        self.assertEqual(seen["button"], "Light")
        dark = self.act(body, "#dark")
        self.assertEqual((dark["before"], dark["after"]), ("rgb(20, 23, 26)", "rgb(255, 255, 255)"))
        self.assertNotEqual(seen["line"], dark["line"])

    def test_fits_a_phone(self):
        """In a frame as wide as a phone: a window of that width is refused by Chromium."""
        with open(self.page, encoding="utf-8") as file:
            document = html.escape(file.read())
        frame = self.path("report", "frame.html")
        with open(frame, "w", encoding="utf-8") as file:
            file.write(f"""<html><body><iframe style="width:390px;height:800px;border:0"
srcdoc="{document}"></iframe><script>
addEventListener("load", () => {{
  const inside = document.querySelector("iframe").contentDocument, root = inside.documentElement;
  const widest = (selector) => Math.max(...[...inside.querySelectorAll(selector)].map(
    (each) => each.getBoundingClientRect().width));
  document.documentElement.dataset.seen = JSON.stringify({{
    ready: root.dataset.ready, error: root.dataset.error ?? "", room: root.clientWidth,
    width: root.scrollWidth, scroller: widest(".scroll"), wide: widest("#fig7 .chart svg"),
    text: 11 * inside.querySelector("#fig1 .chart svg").getBoundingClientRect().width / 470,
    contents: inside.querySelector("nav details").open}});
}});
</script></body></html>""")
        seen = json.loads(self.root_of(frame)["data-seen"])
        self.assertEqual((seen["ready"], seen["error"]), (str(CHARTS), ""))
        self.assertLessEqual(seen["room"], 390)
        self.assertLessEqual(seen["width"], seen["room"])
        self.assertLessEqual(seen["scroller"], seen["room"])
        self.assertGreater(seen["wide"], 700)  # scrolls in its place
        self.assertGreater(seen["text"], 8)  # pixels
        self.assertFalse(seen["contents"])

    def test_paper_is_light_and_cuts_no_chart(self):
        # As if the page were printed: its rules for paper hold, those for screens do not.
        seen = self.act("""
          for (const sheet of document.styleSheets) {
            for (const rule of sheet.cssRules) {
              if (!(rule instanceof CSSMediaRule)) continue;
              const media = rule.media.mediaText;
              if (media === "print") rule.media.mediaText = "all";
              else if (media.startsWith("screen")) rule.media.mediaText = "not all";
            }
          }
          const style = (selector) => getComputedStyle(document.querySelector(selector));
          seen.ground = style("body").backgroundColor;
          seen.ink = style("body").color;
          seen.line = style("#fig1 .chart path[stroke]").stroke;
          // A figure may break between its charts; its caption stays with the last one.
          seen.chart = style("#fig1 .panel").breakInside;
          seen.caption = style("#fig1 figcaption").breakBefore;
          seen.button = style("#theme").display;
          seen.wide = style("#fig7 .chart").minWidth;
        """, "#dark")
        self.assertEqual(seen["ground"], "rgb(255, 255, 255)")
        self.assertEqual(seen["ink"], "rgb(27, 31, 36)")
        self.assertEqual(seen["line"], "rgb(18, 128, 90)")
        self.assertEqual((seen["chart"], seen["caption"]), ("avoid", "avoid"))
        self.assertEqual((seen["button"], seen["wide"]), ("none", "0px"))
        pdf = self.path("report.pdf")
        self.browse(self.page + "#dark", f"--print-to-pdf={pdf}")
        with open(pdf, "rb") as file:
            self.assertTrue(file.read().startswith(b"%PDF"))

    def assert_inked(self, page, colours, size):
        picture = self.path("page.png")
        self.browse(page, f"--screenshot={picture}", f"--window-size={size}")
        _, depth, rows = chromium.pixels(picture)
        seen = set()
        for row in rows:
            seen.update(zip(row[0::depth], row[1::depth], row[2::depth]))
        for colour in colours:
            self.assertIn(tuple(bytes.fromhex(colour)), seen, f"{page}: {colour}")

    def test_ink_is_on_page_and_pictures(self):
        # Cap and verdicts: see page.css and report.css.
        self.assert_inked(self.page + "#light", ("ffffff", "c2410c", "d98c00", "a01818"), "1280,700")
        self.assert_inked(self.page + "#dark", ("14171a", "ff9d5c", "f2b134", "ff8080"), "1280,700")
        figures = self.path("report", "figures")
        for name, colours in (("fig4", ("0b73b8", "4b1f94", "c2410c")),
                              ("fig7", ("0b73b8", "d98c00", "c2410c")),
                              ("fig5-policies", ("12805a", "6cc3f0", "c2407f", "33393f"))):
            self.assert_inked(os.path.join(figures, name + ".svg"), ("ffffff", *colours), "960,500")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
