"""batchsizer profile: the curve of an emulated and of a real device."""
import csv
import os
import pty
import signal
import subprocess
import xml.etree.ElementTree

import cli
from cli import BAD_INPUT, INTERRUPTED, CommandTestCase

CURVE_HEADER = "batch,clock_mhz,throughput_ips,power_w"
CLOCKS = (544, 632, 734, 835, 949, 1063, 1189, 1303, 1430, 1531)
EMULATED = ("profile", "--model", cli.MODEL, "--device", "emulated:p40")
ON_CPU = ("profile", "--model", cli.MODEL, "--device", "cpu", "--meter", "estimate:10,50",
          "--threads", 1)
PAPER = ("--host", "paper", "--dataset")
SHORT = ("--batches", 1, "--seconds", 0)
# Powers and throughputs of a curve; 8 is a dip, not the end.
CURVE = CURVE_HEADER + "\n1,1000,100,60\n2,1000,180,70\n4,1000,300,85\n8,1000,303,90\n16,1000,400,99\n"


def read_csv(path):
    """The comment lines, and the rows as numbers."""
    with open(path, encoding="utf-8") as file:
        lines = file.read().splitlines()
    comments = [line for line in lines if line.startswith("#")]
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return comments, [{key: float(value) for key, value in row.items()} for row in rows]


class Emulated(CommandTestCase):
    def test_measures_every_size_at_every_clock(self):
        done = self.call_json(*EMULATED, "--output", "c.csv")
        comments, rows = read_csv(self.path("c.csv"))
        self.assertEqual([(row["batch"], row["clock_mhz"]) for row in rows],
                         [(2 ** n, clock) for clock in CLOCKS for n in range(11)])
        self.assertIn("emulated:p40 (emulated)", comments[0])
        self.assertEqual(len(done["points"]), 110)
        self.assertEqual((done["emulated"], done["missing"], done["ended"]), (True, [], None))
        points = {(point["batch"], point["clock_mhz"]): point for point in done["points"]}
        for row in rows:
            point = points[row["batch"], row["clock_mhz"]]
            self.assertAlmostEqual(row["throughput_ips"], point["throughput_ips"], delta=1e-3)
            self.assertAlmostEqual(row["power_w"], point["power_w"], delta=1e-2)
            # The sensor averages: it sees less than there is.
            self.assertLessEqual(point["mean_power_w"], point["power_w"])
            self.assertLess(point["observed_power_w"], point["power_w"] + 1e-3)
            self.assertGreaterEqual(point["batches"], 10)
            self.assertGreaterEqual(point["time_s"], 60)
            self.assertTrue(0 < point["utilisation"] <= point["peak_utilisation"] <= 1)

    def test_is_what_inspect_expects(self):
        self.call_ok(*EMULATED, "--output", "c.csv", "--batch-sizes", "1,4,16")
        self.call_ok("inspect", cli.MODEL, "--device", "p40", "--curve", "expected.csv")
        expected = {(row["batch"], row["clock_mhz"]): row
                    for row in read_csv(self.path("expected.csv"))[1]}
        _, rows = read_csv(self.path("c.csv"))
        self.assertEqual(len(rows), 30)
        for row in rows:
            for key, value in expected[row["batch"], row["clock_mhz"]].items():
                # A warm board draws a few watts more.
                self.assertAlmostEqual(row[key], value,
                                       delta=(0.05 if key == "power_w" else 1e-3) * value)

    def test_its_curve_is_one_for_simulate(self):
        self.call_ok(*EMULATED, "--output", "c.csv", "--clocks", "544,1531")
        summary = self.call_json("simulate", "--curve", "c.csv", "--power-cap", 150)
        self.assertGreater(summary["images"], 0)

    def test_throughput_and_peak_power_rise_with_the_batch_size(self):
        for dataset in ((), (*PAPER, "imagenet"), (*PAPER, "caltech256")):
            points = self.call_json(*EMULATED, "--clocks", "highest", *dataset)["points"]
            for before, after in zip(points, points[1:]):
                # But for what images of different size make.
                self.assertGreaterEqual(after["throughput_ips"], 0.98 * before["throughput_ips"])
                self.assertGreaterEqual(after["power_w"], before["power_w"])
            self.assertGreater(points[-1]["peak_utilisation"], 0.99)

    def test_preparing_images_costs_throughput(self):
        ips = [self.call_json(*EMULATED, "--clocks", "highest", "--batch-sizes", 16, *dataset)
               ["points"][0]["throughput_ips"]
               for dataset in ((*PAPER, "imagenet"), (*PAPER, "caltech256"), ())]
        self.assertLess(ips[0], ips[1])
        self.assertLess(2 * ips[1], ips[2])

    def test_the_saturation_batch(self):
        self.write("curve.csv", CURVE)
        args = ("profile", "--model", cli.MODEL, "--device", "emulated:curve=curve.csv")
        done = self.call_json(*args)
        self.assertEqual(done["saturation_batch"], 4)
        self.assertEqual(done["saturation"], [{"clock_mhz": 1000, "batch": 4}])
        self.assertIsNone(done["points"][0]["utilisation"])
        out = self.call_ok(*args).out
        self.assertRegex(out, r"\n +4 .*<- saturation batch\n")
        self.assertIn("up to 33 % more", out)
        self.assertIsNone(self.call_json(*args, "--batch-sizes", "1,2,4")["saturation_batch"])
        self.assertIn("none up to 4: every larger size brings 2 % or more",
                      self.call_ok(*args, "--batch-sizes", "1,2,4").out)
        self.assertIsNone(self.call_json(*args, "--batch-sizes", 4)["saturation_batch"])
        one = self.call_ok(*args, "--batch-sizes", 4).out
        self.assertIn("one batch size alone tells nothing of it", one)
        self.assertNotIn("every larger size", one)

    def test_sizes_as_ranges(self):
        points = self.call_json(*EMULATED, "--clocks", 1531, "--batch-sizes", "1..4,8,10..11")
        self.assertEqual([point["batch"] for point in points["points"]], [1, 2, 3, 4, 8, 10, 11])

    def test_the_power_over_time_of_one_batch_size(self):
        args = (*EMULATED, *PAPER, "caltech256", "--power-trace", "t.csv", "--batch-sizes")
        _, small = self.trace(*args, 32)
        comments, large = self.trace(*args, 512)
        self.assertIn("batch 512 at 1531 MHz", comments[0])
        for rows in (small, large):
            steps = [round(b["time_s"] - a["time_s"], 6) for a, b in zip(rows, rows[1:])]
            self.assertEqual(set(steps), {0.02})  # the sensor's pace
            # While the next batch is prepared: nothing at work, for longer than utilisation is
            # averaged over, and little power, but for what the warmth of the board adds.
            idle = [row["power_w"] for row in rows if row["utilisation"] == 0]
            self.assertGreater(len(idle), len(rows) / 4)
            self.assertLess(max(idle) - min(row["power_w"] for row in rows), 1)
        self.assertGreater(max(row["utilisation"] for row in large), 0.97)
        self.assertLess(max(row["utilisation"] for row in small), 0.95)
        self.assertGreater(max(r["power_w"] for r in large), max(r["power_w"] for r in small))

    def trace(self, *args):
        self.call_ok(*args)
        return read_csv(self.path("t.csv"))

    def test_draws_charts(self):
        for args, words in ((("--clocks", "highest"), ("Throughput", "Peak power (W)",
                                                       "saturation batch")),
                            ((), ("544 MHz", "1531 MHz", "Batch size (images)")),
                            (("--batch-sizes", 64, "--power-trace", "t.csv", *PAPER,
                              "imagenet"), ("SM utilisation (%)", "Time (s)", "batch size 64"))):
            self.call_ok(*EMULATED, *args, "--chart", "c.svg")
            text = "".join(xml.etree.ElementTree.parse(self.path("c.svg")).getroot().itertext())
            for word in (*words, "emulated"):
                self.assertIn(word, text)

    def test_says_the_same_twice(self):
        outs = [self.call_ok(*EMULATED, "--json", *PAPER, "imagenet").out for _ in range(2)]
        self.assertEqual(outs[0], outs[1])
        self.assertEqual(self.call_ok(*EMULATED, "--quiet").out, "")


class Real(CommandTestCase):
    def test_measures_the_processor(self):
        done = self.call_json(*ON_CPU, "--batch-sizes", "1..3", *SHORT, "--output", "c.csv")
        self.assertFalse(done["emulated"])
        self.assertEqual([point["batch"] for point in done["points"]], [1, 2, 3])
        comments, rows = read_csv(self.path("c.csv"))
        self.assertIn("cpu (measured)", comments[0])
        self.assertIn("an estimate", comments[1])
        for point, row in zip(done["points"], rows):
            self.assertIsNone(point["clock_mhz"])
            self.assertGreaterEqual(point["readings"], 3)
            self.assertTrue(10 <= point["power_w"] <= 50)
            self.assertGreater(row["throughput_ips"], 0)
        self.call_ok("simulate", "--curve", "c.csv", "--power-cap", 60, "--duration", 1)

    def test_runs_images_and_names_the_broken_ones(self):
        self.copy_photos("in", 2)
        self.write("in/broken.jpg", "no picture")
        outcome = self.call_ok(*ON_CPU, "--batch-sizes", "1,4", *SHORT, "--images", "in")
        self.assertIn("broken.jpg", outcome.err)
        self.assertIn("peak W", outcome.out)

    def test_an_interrupt_keeps_the_sizes_that_are_whole(self):
        args = (*ON_CPU, "--batch-sizes", "1,2,1000", "--batches", 1, "--seconds", 0,
                "--output", "c.csv", "--memory", "2GiB")
        child = subprocess.Popen([cli.binary(), *map(str, args)], cwd=self.folder, text=True,
                                 env=cli.environment(), stdin=subprocess.DEVNULL,
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for line in child.stderr:
            if line.startswith("batchsizer: batch 2:"):
                child.send_signal(signal.SIGINT)
                break
        out, err = child.communicate(timeout=cli.HANGS_AFTER_S)
        self.assertEqual(child.returncode, INTERRUPTED, err)
        self.assertIn("interrupted", err)
        self.assertIn("not measured: 1000: interrupted", out)
        comments, rows = read_csv(self.path("c.csv"))
        self.assertEqual([row["batch"] for row in rows], [1, 2])
        self.assertIn("not measured: 1000", comments[-1])

    def test_a_silent_sensor_fails_and_keeps_nothing_wrong(self):
        rows = "".join(f"{step / 20},nan\n" for step in range(1200))
        self.write("log.csv", "time_s,power_w\n" + rows)
        args = ("profile", "--model", cli.MODEL, "--device", "cpu", "--meter", "replay:log.csv",
                "--batch-sizes", 1, *SHORT, "--output", "c.csv")
        outcome = self.call_ok(*args, code=cli.FAILED)
        self.assertIn("cannot be believed", outcome.err)
        self.assertEqual(outcome.out, "")
        self.assertFalse(os.path.exists(self.path("c.csv")))

    def test_shows_on_a_terminal_how_far_it_is(self):
        ours, theirs = pty.openpty()
        child = subprocess.Popen([cli.binary(), *map(str, EMULATED)], cwd=self.folder,
                                 env=dict(cli.environment(), TERM="xterm"), stderr=theirs,
                                 stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        os.close(theirs)
        shown = b""
        try:
            while chunk := os.read(ours, 4096):
                shown += chunk
        except OSError:
            pass  # how Linux says that the other end is closed
        os.close(ours)
        self.assertEqual(child.wait(timeout=cli.HANGS_AFTER_S), 0)
        self.assertIn(b"point 110/110 emulated  batch 1024 at 1531 MHz", shown)


class Refusals(CommandTestCase):
    def test_what_is_wrong_is_named(self):
        for args, words in (
                (("--batch-sizes", "4..1"), ("--batch-sizes", "1..4")),
                (("--batch-sizes", "1..x"), ("--batch-sizes", "'x'")),
                (("--batch-sizes", "1,4..8,6"), ("--batch-sizes", "6 stands after 8")),
                (("--batch-sizes", "1,9999"), ("--batch-sizes", "9999")),
                (("--batches", 0), ("--batches", "0")),
                (("--seconds", -1), ("--seconds", "-1")),
                (("--seconds", "nan"), ("--seconds",)),
                (("--seconds", 1e9), ("--seconds", "1000000000")),
                (("--clocks", 1000), ("--clocks", "'1000'", "544", "1531")),
                (("--clocks", "1531,"), ("--clocks", "''")),
                (("--dataset", "imagnet"), ("--dataset", "imagnet", "caltech256", "imagenet")),
                (("--images", "x"), ("--images", "--dataset")),
                (("--meter", "rapl"), ("--meter",)),
                (("--power-trace", "t.csv"), ("--power-trace", "--batch-sizes 128")),
                (("--output", "x.csv", "--power-trace", "x.csv", "--batch-sizes", 1),
                 ("--power-trace", "x.csv", "--output"))):
            with self.subTest(args=args):
                self.assert_refused((*EMULATED, *args), *words)
                self.assertEqual(os.listdir(self.folder), [])

    def test_an_unknown_network(self):
        for device in (EMULATED[3:], ON_CPU[3:]):
            self.assert_refused(("profile", "--model", "zoo:mobilenet-v9", *device),
                                "batchsizer: --model: unknown network", "'mobilenet-v1'")

    def test_what_a_real_device_cannot(self):
        self.assert_refused((*ON_CPU, "--dataset", "imagenet"), "--dataset", "cpu")
        self.assert_refused((*ON_CPU, "--clocks", "1000"), "--clocks", "no clock can be set")
        self.assert_refused((*ON_CPU, "--batch-sizes", 1, "--power-trace", "t.csv"),
                            "--power-trace", "cpu")
        self.assert_refused((*ON_CPU, "--batch-sizes", "1,4000"), "--batch-sizes", "at most")
        self.assert_refused((*ON_CPU, "--images", "none"), "--images", "none")

    def test_images_that_cost_the_host_nothing(self):
        for device in ("h100", "orin-nano"):
            args = ("profile", "--model", cli.MODEL, "--device", f"emulated:{device}", "--dataset",
                    "imagenet", "--batch-sizes", 1)
            self.assert_refused(args, "--dataset", f"host native of {device}", "per_image_ms")
            self.assert_refused((*args, "--host", "paper"), "--host", "'paper'", "native")
        self.assert_refused((*EMULATED, "--host", "native", "--dataset", "imagenet"), "--dataset",
                            "host native of p40", "--host paper")

    def test_a_device_that_has_no_such_costs(self):
        self.write("curve.csv", CURVE)
        self.assert_refused(("profile", "--model", cli.MODEL, "--device",
                             "emulated:curve=curve.csv", "--dataset", "imagenet"), "--dataset")
        self.assert_refused(("profile", "--model", cli.MODEL, "--device",
                             "emulated:curve=curve.csv", "--output", "curve.csv"), "--output",
                            "--device")

    def test_files_that_are_something_else_stay(self):
        self.write("photo.csv", "not a curve")
        self.assert_refused((*EMULATED, "--output", "photo.csv"), "--output", "photo.csv")
        self.assert_refused((*EMULATED, "--chart", "photo.csv"), "--chart", "photo.csv")
        self.assertEqual(self.read("photo.csv"), "not a curve")
        outcome = self.call(*EMULATED, "--output", "no/such/folder.csv")
        self.assertEqual(outcome.code, BAD_INPUT)
        self.assertIn("--output", outcome.err)


if __name__ == "__main__":
    cli.main()
