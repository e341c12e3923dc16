"""batchsizer simulate: summary, trace, oracle and caps."""
import itertools
import json
import os
import random
import signal
import subprocess

import cli
from cli import CAP_NOT_MET, DONE, CommandTestCase

KEYS = set("""policy device emulated images failed_images time_s throughput_ips energy_j
    images_per_joule mean_batch_size mean_clock_mhz windows changes time_above_cap_s
    excess_energy_j longest_violation_windows converged_at_s final_batch_size final_clock_mhz
    power_cap_w oracle_throughput_ips fraction_of_oracle fraction_of_own_oracle""".split())
TRACE_HEADER = ("time_s,images,batch_size,clock_mhz,peak_power_w,mean_power_w,power_cap_w,"
                "throughput_ips,decision,reason")
CURVE_HEADER = "batch,clock_mhz,throughput_ips,power_w\n"
CAP_HEADER = "time_s,power_cap_w\n"
SIZES, CLOCKS = (1, 2, 4, 8, 16, 32), (1000, 1500)
CURVE = {(1, 1000): (100, 60), (2, 1000): (180, 70), (4, 1000): (300, 85), (8, 1000): (450, 110),
         (16, 1000): (600, 150), (32, 1000): (700, 190), (1, 1500): (130, 75),
         (2, 1500): (240, 90), (4, 1500): (410, 115), (8, 1500): (610, 150),
         (16, 1500): (820, 200), (32, 1500): (950, 245)}


def to_csv(curve):
    rows = (f"{batch},{clock},{ips},{watts}\n" for (batch, clock), (ips, watts) in curve.items())
    return "# a comment\n" + CURVE_HEADER + "".join(rows)


def at(curve, batch, clock):
    """Throughput and power, linear in batch size between the rows of the table."""
    sizes = sorted({size for size, _ in curve})
    low = max(size for size in sizes if size <= batch)
    high = min(size for size in sizes if size >= batch)
    share = 0 if high == low else (batch - low) / (high - low)
    pairs = zip(curve[low, clock], curve[high, clock])
    return tuple(a + share * (b - a) for a, b in pairs)


def oracle(curve, cap, batches=None, clocks=None):
    """Highest throughput with a power of at most cap, by trying everything; 0 if nothing fits."""
    sizes = {size for size, _ in curve}
    batches = batches or range(min(sizes), max(sizes) + 1)
    clocks = clocks or {clock for _, clock in curve}
    points = (at(curve, batch, clock) for batch in batches for clock in clocks)
    return max((ips for ips, watts in points if watts <= cap), default=0)


def random_curve(rng):
    """Throughput and power that grow with batch size and clock."""
    sizes = sorted(rng.sample(range(2, 65), 5))
    curve = {}
    for step, clock in enumerate(sorted(rng.sample(range(500, 2000, 10), 3))):
        ips, watts = rng.uniform(50, 80) + 40 * step, rng.uniform(40, 50) + 10 * step
        for size in [1] + sizes:
            ips, watts = ips * rng.uniform(1.05, 1.8), watts * rng.uniform(1.02, 1.3)
            curve[size, clock] = (round(ips, 3), round(watts, 3))
    return curve


class WithCurve:
    """Has curve.csv in the test's folder, which simulate() runs on."""

    def setUp(self):
        super().setUp()
        self.write("curve.csv", to_csv(CURVE))

    def simulate(self, *args, code=DONE, curve="curve.csv"):
        return self.call_json("simulate", "--curve", curve, *args, code=code)


class SimulateShort(WithCurve, CommandTestCase):
    def test_no_time_at_all(self):
        summary = self.simulate("--power-cap", 150, "--duration", 1e-12, "--policy", "fixed",
                                "--batch", 4)
        self.assertEqual((summary["windows"], summary["final_batch_size"],
                          summary["final_clock_mhz"], summary["power_cap_w"]), (0, 4, 1500, 150))


class SimulateInterrupted(WithCurve, CommandTestCase):
    def test_tells_what_was_simulated(self):
        command = [cli.binary(), "simulate", "--curve", "curve.csv", "--power-cap", "150",
                   "--duration", "1e9", "--json", "--trace", "t.csv"]
        with subprocess.Popen(command, cwd=self.folder, env=cli.environment(), text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            self.addCleanup(process.kill)
            while not os.path.exists(self.path("t.csv")) or self.read("t.csv").count("\n") < 9:
                self.assertIsNone(process.poll())
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=cli.HANGS_AFTER_S)
        self.assertEqual(process.returncode, cli.INTERRUPTED, err)
        self.assertIn("interrupted", err)
        summary, trace = json.loads(out), cli.read_trace(self.path("t.csv"))
        self.assertEqual(summary["windows"], len(trace))
        self.assertEqual(summary["images"], sum(row["images"] for row in trace))
        self.assertAlmostEqual(summary["time_s"], trace[-1]["time_s"], places=5)
        self.assertLess(summary["time_s"], 1e9)


class SimulateSummary(WithCurve, CommandTestCase):
    def check_against_trace(self, summary, rows, energy_slack):
        """Recomputes the summary from the trace, by the definitions of the metrics.

        energy_slack: relative; the energy counter has no noise, the readings may have.
        """
        lengths = [b - a for a, b in zip([0.0] + [r["time_s"] for r in rows],
                                         [r["time_s"] for r in rows])]
        settings = [(r["batch_size"], r["clock_mhz"]) for r in rows]
        above = [r["peak_power_w"] > 1.005 * r["power_cap_w"] for r in rows]
        images = sum(r["images"] for r in rows)
        expected = {
            "images": images,
            "windows": len(rows),
            "time_s": rows[-1]["time_s"],
            "throughput_ips": images / rows[-1]["time_s"],
            "energy_j": sum(r["mean_power_w"] * s for r, s in zip(rows, lengths)),
            "time_above_cap_s": sum(s for s, bad in zip(lengths, above) if bad),
            "longest_violation_windows": max((len(list(run)) for bad, run
                                              in itertools.groupby(above) if bad), default=0),
            "mean_batch_size": images / sum(r["images"] / r["batch_size"] for r in rows),
            "mean_clock_mhz": sum(r["clock_mhz"] * s for r, s in zip(rows, lengths))
                              / rows[-1]["time_s"],
            "changes": sum(a != b for a, b in zip(settings, settings[1:])),
        }
        for key, value in expected.items():
            slack = energy_slack if key == "energy_j" else 2e-4
            self.assertAlmostEqual(summary[key], value, delta=max(1e-4, slack * value), msg=key)
        self.assertAlmostEqual(summary["images_per_joule"], images / summary["energy_j"],
                               delta=1e-6)

    def test_has_the_keys_of_the_design(self):
        summary = self.simulate("--power-cap", 120)
        self.assertLessEqual(KEYS, set(summary))
        self.assertIs(summary["emulated"], True)
        self.assertEqual(summary["policy"], "batchsizer")
        self.assertEqual(summary["power_cap_w"], 120)
        self.assertEqual(summary["failed_images"], 0)
        self.assertGreaterEqual(summary["time_s"], 300)  # the default duration

    def test_agrees_with_the_trace_for_every_policy(self):
        for policy, noise in itertools.product(cli.POLICIES, (0, 0.05)):
            with self.subTest(policy=policy, noise=noise):
                summary = self.call("simulate", "--curve", "curve.csv", "--power-cap", 160,
                                    "--policy", policy, "--noise", noise, "--duration", 40,
                                    "--trace", "trace.csv", "--json")
                self.assertIn(summary.code, (DONE, CAP_NOT_MET), summary.err)
                self.assertEqual(self.read("trace.csv").splitlines()[0], TRACE_HEADER)
                self.check_against_trace(json.loads(summary.out),
                                         cli.read_trace(self.path("trace.csv")),
                                         energy_slack=2e-4 + 0.1 * noise)

    def test_trace_shows_the_curve_where_there_is_no_noise(self):
        self.simulate("--power-cap", 160, "--policy", "paper", "--trace", "trace.csv",
                      "--duration", 20, "--window", 7)
        rows = cli.read_trace(self.path("trace.csv"))
        for row in rows[:-1]:
            ips, watts = at(CURVE, row["batch_size"], row["clock_mhz"])
            self.assertAlmostEqual(row["throughput_ips"], ips, delta=0.01)
            self.assertAlmostEqual(row["peak_power_w"], watts, delta=0.01)
            self.assertEqual(row["images"], 7 * row["batch_size"])
            self.assertIn(row["decision"], ("keep", "raise", "lower", "impossible", "safe"))

    def test_batch_sizes_stay_among_those_allowed(self):
        for policy in ("paper", "paper-text", "batchsizer"):
            self.simulate("--power-cap", 130, "--policy", policy, "--batch-sizes", "1,3,9,27",
                          "--noise", 0.1, "--duration", 20, "--trace", "trace.csv")
            used = {row["batch_size"] for row in cli.read_trace(self.path("trace.csv"))}
            self.assertLessEqual(used, {1, 3, 9, 27}, policy)

    def test_same_seed_same_run_another_seed_another_run(self):
        def run(*args):
            summary = self.simulate("--power-cap", 120, "--duration", 10, "--trace", "t.csv", *args)
            return summary, self.read("t.csv")

        noise = ("--noise", 0.05)
        self.assertEqual(run(*noise, "--seed", 4), run(*noise, "--seed", 4))
        self.assertNotEqual(run(*noise, "--seed", 4)[1], run(*noise, "--seed", 5)[1])
        self.assertEqual(run("--seed", 4), run("--seed", 5))  # nothing is random without noise

    def test_noise_has_the_spread_asked_for(self):
        self.simulate("--policy", "fixed", "--batch", 1, "--power-cap", 500, "--noise", 0.04,
                      "--window", 1, "--duration", 40, "--trace", "t.csv")
        readings = [row["peak_power_w"] / 75 - 1 for row in cli.read_trace(self.path("t.csv"))]
        mean = sum(readings) / len(readings)
        spread = (sum((r - mean) ** 2 for r in readings) / len(readings)) ** 0.5
        self.assertGreater(len(readings), 3000)
        self.assertAlmostEqual(mean, 0, delta=0.005)
        self.assertAlmostEqual(spread, 0.04, delta=0.004)

    def test_converges_at_the_last_change(self):
        summary = self.simulate("--power-cap", 160, "--policy", "pit", "--trace", "t.csv",
                                "--batch", 4, "--duration", 10)
        rows = cli.read_trace(self.path("t.csv"))
        last = (rows[-1]["batch_size"], rows[-1]["clock_mhz"])
        changed = [r["time_s"] for r in rows if (r["batch_size"], r["clock_mhz"]) != last]
        self.assertEqual(last, (4, 1500))
        self.assertAlmostEqual(summary["converged_at_s"], changed[-1], delta=1e-4)
        self.assertEqual((summary["final_batch_size"], summary["final_clock_mhz"]), last)

    def test_clock_is_where_a_batch_policy_stays(self):
        summary = self.simulate("--power-cap", 160, "--clock", 1000, "--duration", 10)
        self.assertAlmostEqual(summary["mean_clock_mhz"], 1000, delta=1e-3)

    def test_says_the_same_to_people(self):
        outcome = self.call_ok("simulate", "--curve", "curve.csv", "--power-cap", 160)
        for word in ("batchsizer", "emulated", "images/s", "160 W", "oracle"):
            self.assertIn(word, outcome.out)
        self.assertEqual(outcome.err, "")
        quiet = self.call_ok("--quiet", "simulate", "--curve", "curve.csv", "--power-cap", 160)
        self.assertEqual((quiet.out, quiet.err), ("", ""))


class SimulateCap(WithCurve, CommandTestCase):
    def test_forms_of_a_cap(self):
        for text, watts in (("150", 150), ("150W", 150), ("149.5W", 149.5), ("50%", 122.5)):
            summary = self.simulate("--power-cap", text, "--duration", 5)
            self.assertAlmostEqual(summary["power_cap_w"], watts, msg=text)

    def test_cap_that_nothing_meets_exits_3_at_the_smallest_setting(self):
        summary = self.simulate("--power-cap", 50, "--duration", 5, code=CAP_NOT_MET)
        self.assertEqual(summary["final_batch_size"], 1)
        self.assertAlmostEqual(summary["time_above_cap_s"], summary["time_s"], delta=1e-6)
        outcome = self.call_ok("simulate", "--curve", "curve.csv", "--power-cap", 50,
                               "--trace", "t.csv", code=CAP_NOT_MET)
        self.assertIn("cap could not be met", outcome.err)
        self.assertIn("impossible", {row["decision"] for row in cli.read_trace(self.path("t.csv"))})

    def test_every_policy_that_can_meets_the_cap(self):
        for policy in ("paper", "dvfs", "pit", "batchsizer", "oracle"):
            summary = self.simulate("--power-cap", 160, "--policy", policy, "--duration", 60)
            self.assertLess(summary["time_above_cap_s"], 0.02 * summary["time_s"], policy)
            self.assertGreater(summary["fraction_of_own_oracle"], 0.9, policy)

    def test_a_trace_of_caps_moves_the_batch_size(self):
        self.write("cap.csv", CAP_HEADER + "0,200\n10,80\n20,160\n")
        for source in (("--cap-trace", "cap.csv"), ("--power-cap", "trace:cap.csv")):
            summary = self.simulate(*source, "--duration", 30, "--trace", "t.csv")
            rows = cli.read_trace(self.path("t.csv"))
            for start, end, cap, batch in ((2, 10, 200, 16), (12, 20, 80, 1), (22, 30, 160, 8)):
                inside = [row for row in rows if start <= row["time_s"] < end]
                self.assertEqual({row["power_cap_w"] for row in inside}, {cap})
                common = max({row["batch_size"] for row in inside},
                             key=[row["batch_size"] for row in inside].count)
                self.assertEqual(common, batch)
            self.assertEqual(summary["power_cap_w"], 160)
            self.assertLess(summary["time_above_cap_s"], 0.3)


class SimulateOracle(WithCurve, CommandTestCase):
    def test_is_the_best_point_by_trying_all(self):
        rng = random.Random(7)
        for case in range(12):
            curve = random_curve(rng)
            powers = [watts for _, watts in curve.values()]
            cap = round(rng.uniform(min(powers), max(powers)), 2)
            with self.subTest(case=case, cap=cap):
                self.write("random.csv", to_csv(curve))
                summary = self.simulate("--policy", "oracle", "--power-cap", cap,
                                        "--duration", 20, curve="random.csv")
                self.assertAlmostEqual(summary["oracle_throughput_ips"], oracle(curve, cap),
                                       places=3)
                self.assertAlmostEqual(summary["fraction_of_oracle"], 1, delta=2e-3)
                self.assertAlmostEqual(summary["fraction_of_own_oracle"], 1, delta=2e-3)

    def test_nobody_who_keeps_the_cap_beats_it(self):
        rng = random.Random(11)
        for policy in cli.POLICIES:
            curve = random_curve(rng)
            self.write("random.csv", to_csv(curve))
            for share in (0.55, 0.8):
                cap = round(share * max(watts for _, watts in curve.values()), 2)
                outcome = self.call("simulate", "--curve", "random.csv", "--policy", policy,
                                    "--power-cap", cap, "--duration", 20, "--json")
                self.assertIn(outcome.code, (DONE, CAP_NOT_MET), outcome.err)
                summary = json.loads(outcome.out)
                self.assertAlmostEqual(summary["oracle_throughput_ips"], oracle(curve, cap),
                                       places=3)
                self.assertAlmostEqual(summary["fraction_of_oracle"], summary["throughput_ips"]
                                       / summary["oracle_throughput_ips"], places=6)
                if summary["time_above_cap_s"] == 0:
                    self.assertLessEqual(summary["fraction_of_oracle"], 1.001, policy)

    def test_own_oracle_has_the_knobs_of_the_policy(self):
        own = {
            ("batchsizer", "--batch-sizes", "1,3,9,27"): oracle(CURVE, 160, (1, 3, 9, 27), (1500,)),
            ("paper", "--batch-sizes", "1,4", "--clock", 1000): oracle(CURVE, 160, (1, 4), (1000,)),
            ("dvfs",): oracle(CURVE, 160, (16,)),
            ("pit", "--batch", 4): oracle(CURVE, 160, (4,)),
            ("fixed", "--batch", 2): oracle(CURVE, 160, (2,), (1500,)),
        }
        for args, best in own.items():
            summary = self.simulate("--power-cap", 160, "--duration", 30, "--policy", *args)
            self.assertAlmostEqual(summary["fraction_of_own_oracle"],
                                   summary["throughput_ips"] / best, places=4, msg=args)

    def test_is_weighted_by_time_over_a_trace_of_caps(self):
        self.write("cap.csv", CAP_HEADER + "0,200\n10,100\n25,160\n")
        summary = self.simulate("--cap-trace", "cap.csv", "--duration", 50, "--policy", "oracle")
        expected = (0.2 * oracle(CURVE, 200) + 0.3 * oracle(CURVE, 100)
                    + 0.5 * oracle(CURVE, 160))
        self.assertAlmostEqual(summary["oracle_throughput_ips"], expected, delta=1e-3 * expected)
        self.assertAlmostEqual(summary["fraction_of_oracle"], 1, delta=0.01)

if __name__ == "__main__":
    cli.main()
