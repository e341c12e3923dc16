"""--saturation-from and --online-saturation: no larger batch than is of use."""
import os

import cli
from cli import CommandTestCase

# Nothing is gained above 8, power rises on.
CURVE = ("batch,clock_mhz,throughput_ips,power_w\n1,1000,100,60\n2,1000,180,70\n4,1000,300,80\n"
         "8,1000,400,90\n16,1000,402,100\n32,1000,404,110\n64,1000,405,120\n")
DEVICE = ("run", "--model", cli.MODEL, "--device", "emulated:curve=curve.csv", "--no-outputs",
          "--power-cap", 300)


class Saturation(CommandTestCase):
    def setUp(self):
        super().setUp()
        self.write("curve.csv", CURVE)

    def simulate(self, *options):
        return self.call_json("simulate", "--curve", "curve.csv", "--power-cap", 300, *options)

    def test_a_measured_curve_limits_the_batch_sizes(self):
        for policy in ("batchsizer", "paper", "paper-text"):
            summary = self.simulate("--policy", policy, "--saturation-from", "curve.csv",
                                    "--trace", "t.csv")
            self.assertEqual(summary["final_batch_size"], 8)
            sizes = {row["batch_size"] for row in cli.read_trace(self.path("t.csv"))}
            self.assertLessEqual(max(sizes), 8)
        summary = self.simulate("--batch-sizes", "1,3,5,20", "--saturation-from", "curve.csv")
        self.assertEqual(summary["final_batch_size"], 5)

    def test_a_run_is_limited_too_and_says_so(self):
        args = (*DEVICE, "--images", cli.thumbnails(), "--repeat", 20)
        summary = self.call_json(*args, "--saturation-from", "curve.csv")
        self.assertEqual(summary["final_batch_size"], 8)
        self.assertIn("saturates at 8", self.call_ok(*args, "--saturation-from", "curve.csv").err)
        self.assertGreater(self.call_json(*args)["final_batch_size"], 8)

    def test_a_curve_that_does_not_saturate_limits_nothing(self):
        self.write("rising.csv", "\n".join(CURVE.splitlines()[:5]) + "\n")
        plain = self.simulate("--policy", "paper")
        self.assertEqual(self.simulate("--policy", "paper", "--saturation-from", "rising.csv"),
                         plain)
        args = ("simulate", "--curve", "curve.csv", "--power-cap", 300, "--saturation-from")
        self.assertIn("does not saturate up to 8: every batch size stays",
                      self.call_ok(*args, "rising.csv").err)
        self.write("one.csv", "\n".join(CURVE.splitlines()[:2]) + "\n")
        self.assertIn("one.csv has one batch size alone", self.call_ok(*args, "one.csv").err)
        self.assertIn("saturates at 8", self.call_ok(*args, "curve.csv").err)
        self.assertEqual(self.call_ok(*args, "rising.csv", "--quiet").err, "")

    def test_the_largest_batch_of_power_limit_is_limited(self):
        summary = self.simulate("--policy", "power-limit", "--saturation-from", "curve.csv")
        self.assertEqual(summary["final_batch_size"], 8)

    def test_a_policy_finds_it_while_it_runs(self):
        for policy in (("batchsizer",), ("paper",), ("paper", "--paper-variant", "literal"),
                       ("paper", "--paper-variant", "epoch"), ("paper-text",)):
            for noise in (0, 0.01):
                options = ("--policy", *policy, "--noise", noise)
                alone = self.simulate(*options)
                summary = self.simulate(*options, "--online-saturation", "--trace", "t.csv")
                self.assertEqual(summary["final_batch_size"], 8, (policy, noise))
                self.assertLess(summary["energy_j"], alone["energy_j"])
                self.assertGreater(summary["throughput_ips"], 0.97 * alone["throughput_ips"])
                reasons = {row["reason"] for row in cli.read_trace(self.path("t.csv"))}
                self.assertLessEqual({"try-smaller", "still-gains"}, reasons)

    def test_it_is_explained(self):
        self.simulate("--policy", "paper", "--online-saturation", "--trace", "t.csv")
        self.call_ok("explain", "t.csv")
        page = self.read("t.html")
        for words in ("does the next smaller one bring as much", "less than 2 % more images/s",
                      "brought fewer images/s"):
            self.assertIn(words, page)

    def test_refuses(self):
        base = ("simulate", "--curve", "curve.csv", "--power-cap", 300)
        self.assert_refused((*base, "--saturation-from", "none.csv"), "--saturation-from",
                            "none.csv")
        self.assert_refused((*base, "--saturation-from", "curve.csv", "--batch-sizes", "16,32"),
                            "--saturation-from", "saturates at 8", "16")
        self.assert_refused((*base, "--saturation-from", "x.csv", "--trace", "x.csv"), "--trace",
                            "--saturation-from")
        for policy in ("dvfs", "pit", "power-limit", "fixed", "oracle"):
            self.assert_refused((*base, "--policy", policy, "--online-saturation"),
                                "online saturation", policy, "batchsizer")
        for policy in ("dvfs", "pit", "fixed", "power-limit"):
            self.assert_refused((*base, "--policy", policy, "--batch", 4, "--saturation-from",
                                 "curve.csv"), "--saturation-from", f"'{policy}'", "batchsizer")
        self.assert_refused((*base, "--policy", "papr", "--saturation-from", "curve.csv"), "'papr'")
        self.assertEqual(os.listdir(self.folder), ["curve.csv"])


if __name__ == "__main__":
    cli.main()
