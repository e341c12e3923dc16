"""batchsizer explain: a page from a trace, and what is no trace."""
import json
import os
import re

from cli import CommandTestCase

HEADER = ("time_s,images,batch_size,clock_mhz,peak_power_w,mean_power_w,power_cap_w,"
          "throughput_ips,decision,reason\n")
ROW = "0.5,160,16,,96,90,130,320,raise,below-band\n"
CURVE = "batch,clock_mhz,throughput_ips,power_w\n" + "".join(
    f"{b},1000,{100 * b ** 0.5:.1f},{60 + 10 * i}\n" for i, b in enumerate((1, 2, 4, 8, 16, 32)))


def data_of(page):
    """What the page's script reads."""
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page,
                                re.DOTALL).group(1))


class Simulates:
    def simulate(self, *args):
        self.write("curve.csv", CURVE)
        return self.call_json("simulate", "--curve", "curve.csv", "--power-cap", 95,
                              "--duration", 20, "--noise", 0.02, "--trace", "t.csv", *args)


class ExplainGood(Simulates, CommandTestCase):
    def test_holds_the_whole_trace(self):
        summary = self.simulate()
        said = self.call_json("explain", "t.csv")
        self.assertEqual(said["file"], "t.html")
        self.assertEqual(said["rows"], summary["windows"])
        data = data_of(self.read("t.html"))
        self.assertEqual(len(data["end"]), summary["windows"])
        self.assertEqual(sum(data["images"]), summary["images"])
        self.assertEqual(len(data["entries"]), said["decisions"])

    def test_asks_for_nothing_outside(self):
        self.simulate()
        self.call_ok("explain", "t.csv")
        page = self.read("t.html")
        for reference in re.findall(r"""(?:src|href|action)\s*=\s*["']?([^"'\s>]+)""", page):
            self.assertTrue(reference.startswith(("data:", "#")), reference)
        for reference in re.findall(r"""url\(\s*["']?([^"')]+)|@import\s+(\S+)""", page):
            self.assertTrue("".join(reference).startswith(("data:", "#")), reference)
        self.assertIn("default-src 'none'", page)
        for word in ("fetch(", "XMLHttpRequest", "WebSocket", "sendBeacon", "importScripts"):
            self.assertNotIn(word, page)

    def test_names_and_places_of_the_page(self):
        self.write("t.csv", HEADER + ROW)
        self.assertEqual(self.call_ok("explain", "t.csv").out,
                         "t.html: 1 window; open it in a browser\n")
        os.rename(self.path("t.csv"), self.path("trace"))
        self.call_ok("explain", "trace")
        self.assertIn("</html>", self.read("trace.html"))
        self.call_ok("explain", "trace", "-o", "p.html", "--title", "A <run>", "--note", "P&O")
        page = self.read("p.html")
        self.assertIn("<h1>A &lt;run&gt;</h1>", page)
        self.assertIn("P&amp;O", page)
        self.assertEqual(self.call_ok("explain", "trace", "--output", "-", "--title", "A <run>",
                                      "--note", "P&O").out, page)
        self.assertEqual(self.call_ok("explain", "trace", "--quiet").out, "")

    def test_reasons_are_sentences(self):
        self.write("t.csv", HEADER + ROW + "1,320,32,,120,110,130,640,keep,within-band\n")
        self.call_ok("explain", "t.csv", "--alpha", 0.8)
        entries = data_of(self.read("t.html"))["entries"]
        self.assertEqual(entries[0][4], "raise 16 → 32")
        self.assertEqual(entries[0][5], "peak 96 W is under the band [104, 130] W: room for more")

    def test_the_summary_of_the_run_tells_what_it_was(self):
        summary = self.simulate()
        self.write("s.json", json.dumps(summary))
        self.call_ok("explain", "t.csv", "--summary", "s.json")
        page = self.read("t.html")
        self.assertIn("Policy batchsizer on", page)
        self.assertIn("<b>Emulated.</b>", page)
        self.assertNotIn("A trace does not say", page)

    def test_traces_that_are_not_whole(self):
        for text, words in ((HEADER, "Nothing to show yet"), (HEADER[:20], "Nothing to show yet"),
                            (HEADER + ROW + "0.7,16", "Line 3 is cut off"),
                            (HEADER + ROW + HEADER + ROW, "2 runs, one after the other"),
                            ("# a GPU\n" + HEADER + ROW, "a GPU")):
            self.write("t.csv", text)
            self.call_ok("explain", "t.csv")
            self.assertIn(words, self.read("t.html"))


class ExplainBadInput(Simulates, CommandTestCase):
    def test_what_is_no_trace(self):
        self.write("t.csv", HEADER + ROW.replace("96", "hot"))
        self.assert_refused(("explain", "t.csv"), "t.csv:2:", "peak_power_w", "'hot'")
        self.write("c.csv", CURVE)
        self.assert_refused(("explain", "c.csv"), "c.csv:1:", "time_s,images")
        self.write("e.csv", "")
        self.assert_refused(("explain", "e.csv"), "e.csv", "empty")
        self.assert_refused(("explain", "none.csv"), "none.csv")
        self.assert_refused(("explain", "."), "folder")
        self.assert_refused(("explain",), "trace")
        self.assertFalse(os.path.exists(self.path("t.html")))

    def test_keeps_its_input(self):
        self.write("t.csv", HEADER + ROW)
        self.write("s.json", "{}")
        self.assert_refused(("explain", "t.csv", "-o", "./t.csv"), "--output", "t.csv")
        self.assert_refused(("explain", "t.csv", "-o", "s.json", "--summary", "s.json"),
                            "--output", "s.json")
        self.assertEqual(self.read("t.csv"), HEADER + ROW)

    def test_options_that_cannot_be(self):
        self.write("t.csv", HEADER + ROW)
        for alpha in (0, -1, 1.5, "much"):
            self.assert_refused(("explain", "t.csv", "--alpha", alpha), "--alpha", alpha)
        self.assert_refused(("explain", "t.csv", "-o", "-", "--json"), "--output", "stdout")
        self.assert_refused(("explain", "t.csv", "-o", "no/such/folder/p.html"), "no/such/folder")

    def test_the_summary_of_another_run(self):
        summary = self.simulate()
        for text, word in ((json.dumps(dict(summary, images=1)), "another run"),
                           ("[]", "JSON object"), ("{", "JSON object"), ("{}", "'windows'")):
            self.write("s.json", text)
            self.assert_refused(("explain", "t.csv", "--summary", "s.json"), "s.json", word)
        self.assert_refused(("explain", "t.csv", "--summary", "none.json"), "none.json")
