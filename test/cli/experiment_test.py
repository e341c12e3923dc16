"""experiment paper: the paper's evaluation as a page and CSV files."""
import os
import resource
import shlex
import signal
import subprocess
import time

import cli
from cli import CommandTestCase
from screen import Screen

HEADER = ("job,dnn,dataset,power_cap_w,policy,throughput_ips,mean_batch_size,mean_clock_mhz,"
          "time_above_cap_s,excess_energy_j,energy_j,fraction_of_oracle")
FIGURES = ("fig1", "fig2", "fig4", "fig5", "fig6", "fig7", "fig8", "fig5-policies",
           "fig6-policies", "fig7-policies", "fig8-policies", "oracle-policies", "sensitivity")
TABLES = ("table1", "table2", "policies", "constants")
SMALL = ("--jobs", "5,19", "--images", 1000)


def catches(process, number):
    """Has the process a handler for this signal?"""
    with open(f"/proc/{process.pid}/status", encoding="ascii") as status:
        caught = next(line for line in status if line.startswith("SigCgt:"))
    return int(caught.split()[1], 16) >> (number - 1) & 1 == 1


class Paper(CommandTestCase):
    def files(self, folder):
        found = {}
        for place, _, names in os.walk(self.path(folder)):
            for name in names:
                path = os.path.join(place, name)
                with open(path, "rb") as file:
                    found[os.path.relpath(path, self.path(folder))] = file.read()
        return found

    def rows(self, folder):
        lines = self.read(os.path.join(folder, "jobs.csv")).splitlines()
        self.assertEqual(lines[0], HEADER)
        return [dict(zip(HEADER.split(","), line.split(","))) for line in lines[1:]]

    def test_writes_the_page_every_figure_and_the_jobs(self):
        self.call_ok("experiment", "paper", "--out", "out", *SMALL)
        files = self.files("out")
        for name in FIGURES:
            self.assertIn(name + ".csv", files)
            self.assertIn(f"figures/{name}.svg", files)
        for name in TABLES:
            self.assertIn(name + ".csv", files)
        self.assertIn(b"Tesla P40", files["report.html"])
        rows = self.rows("out")
        policies = [name for name in cli.POLICIES if name not in ("fixed", "paper-text")]
        self.assertEqual({row["policy"] for row in rows}, set(policies))
        self.assertEqual(len(rows), 2 * len(policies))
        self.assertEqual((rows[0]["job"], rows[0]["dnn"], rows[0]["dataset"],
                          rows[0]["power_cap_w"]), ("5", "mobilenet-v2", "imagenet", "84"))

    def test_the_page_names_the_command_that_makes_it(self):
        self.call_ok("experiment", "paper", "--out", "out", "--policies", "dvfs", *SMALL)
        command = ("<code>batchsizer experiment paper --out DIR --jobs 5,19 --policies dvfs "
                   "--images 1000</code>")
        page = self.read("out/report.html")
        self.assertIn("Made by " + command, page)
        self.assertGreater(page.count(command), len(TABLES))
        self.assertNotIn("Exactly the paper", page)
        self.assertNotIn("1000 images, as in the paper", page)

    def test_lists_may_stand_in_a_configuration_file(self):
        self.write("c.toml", '[experiment.paper]\njobs = ["5", "19"]\npolicies = ["dvfs", "pit"]\n')
        self.call_ok("--config", "c.toml", "experiment", "paper", "--out", "out", "--images", 200)
        self.assertEqual([(row["job"], row["policy"]) for row in self.rows("out")],
                         [("5", "dvfs"), ("5", "pit"), ("19", "dvfs"), ("19", "pit")])

    def test_all_twenty_jobs_as_the_paper_has_them(self):
        self.call_ok("experiment", "paper", "--out", "out", "--policies", "paper,dvfs")
        rows = self.rows("out")
        self.assertEqual([row["job"] for row in rows],
                         [str(job) for job in range(1, 21) for _ in range(2)])
        self.assertEqual([row["power_cap_w"] for row in rows[::2]],
                         "191 123 228 195 84 159 246 143 167 218 125 192 165 98 208 135 136 198 "
                         "236 188".split())
        for row in rows:
            if row["policy"] == "dvfs":
                self.assertEqual(float(row["mean_batch_size"]), 16)
            self.assertLessEqual(float(row["mean_batch_size"]), 256)
            self.assertLessEqual(float(row["fraction_of_oracle"]), 1.05)

    def test_the_same_seed_gives_the_same_bytes(self):
        for folder in ("a", "b"):
            self.call_ok("experiment", "paper", "--out", folder, *SMALL, "--seed", 7)
        self.assertTrue(self.files("a") == self.files("b"))

    def test_replaces_a_report_and_leaves_other_files_alone(self):
        self.write("out/mine.txt", "mine")
        for jobs in ("1", "2"):
            self.call_ok("experiment", "paper", "--out", "out", "--jobs", jobs, "--images", 200)
        self.assertEqual({row["job"] for row in self.rows("out")}, {"2"})
        self.assertEqual(self.read("out/mine.txt"), "mine")

    def test_removes_figures_of_an_earlier_report(self):
        self.call_ok("experiment", "paper", "--out", "out", *SMALL)
        self.call_ok("experiment", "paper", "--out", "out", "--jobs", "1", "--images", 200,
                     "--policies", "dvfs")
        self.call_ok("experiment", "paper", "--out", "new", "--jobs", "1", "--images", 200,
                     "--policies", "dvfs")
        self.assertEqual(set(self.files("out")), set(self.files("new")))
        self.assertNotIn("fig7.csv", self.files("out"))

    def test_makes_the_folders_above(self):
        self.call_ok("experiment", "paper", "--out", "deep/er/er", "--jobs", "1", "--images", 100)
        self.assertIn("report.html", self.files("deep/er/er"))

    def test_json_tells_what_was_made(self):
        told = self.call_json("experiment", "paper", "--out", "out", "--jobs", "19",
                              "--policies", "dvfs,paper", "--images", 200)
        self.assertEqual(told, {"report": "out/report.html", "jobs": 1,
                                "policies": ["dvfs", "paper"], "images": 200, "seed": 1,
                                "device": "p40", "emulated": True})

    def test_quiet_says_nothing(self):
        outcome = self.call_ok("experiment", "paper", "--out", "out", "--jobs", "1", "--images",
                               100, "--quiet")
        self.assertEqual((outcome.out, outcome.err), ("", ""))

    def test_takes_a_devices_file(self):
        source = os.path.join(os.path.dirname(__file__), "../../data/devices/p40.toml")
        with open(source, encoding="utf-8") as file:
            self.write("own.toml", file.read().replace('name = "p40"', 'name = "own"'))
        told = self.call_json("experiment", "paper", "--out", "out", "--device", "own.toml",
                              "--jobs", "1", "--images", 100)
        self.assertEqual(told["device"], "own")

    def test_takes_a_device_as_run_names_it(self):
        told = self.call_json("experiment", "paper", "--out", "out", "--device", "emulated:p40",
                              "--jobs", "1", "--images", 100, "--seed", 3)
        self.assertEqual(told["device"], "p40")
        page = self.read("out/report.html")
        self.assertRegex(page, r"<span>batchsizer [0-9.]+, seed 3</span>")
        self.assertNotIn("This is not the paper", page)

    def test_warns_of_another_device(self):
        self.call_ok("experiment", "paper", "--out", "out", "--device", "h100", *SMALL)
        page = self.read("out/report.html")
        for words in ("This is not the paper", "caps are for a Tesla P40", "In 1 of 2 jobs"):
            self.assertIn(words, page)
        for words in ("then power jumps", "Exactly the paper", "On the P40 none"):
            self.assertNotIn(words, page)

    def test_refuses(self):
        paper = ("experiment", "paper", "--out", "out")
        self.assert_refused(("experiment",), "paper")
        self.assert_refused(("experiment", "paper"), "--out", "required")
        self.assert_refused((*paper, "--jobs", "21"), "--jobs", "no job 21", "1 to 20")
        self.assert_refused((*paper, "--jobs", "one"), "--jobs", "'one'", "1..10")
        self.assert_refused((*paper, "--jobs", "1.."), "--jobs", "'1..'", "1..20")
        self.assert_refused((*paper, "--policies", "papr"), "--policies", "'papr'", "'paper'",
                            "dvfs")
        self.assert_refused((*paper, "--images", 0), "--images", "0")
        self.assert_refused((*paper, "--images", 10**9), "--images")
        self.assert_refused((*paper, "--device", "p4O"), "--device", "'p4O'", "p40")
        self.assert_refused((*paper, "--device", "none.toml"), "--device", "none.toml")
        self.write("bad.toml", 'name = "bad"\n')
        self.assert_refused((*paper, "--device", "bad.toml"), "--device", "bad.toml")
        self.assertFalse(os.path.exists(self.path("out")))

    def test_refuses_folders_that_cannot_be(self):
        self.write("file", "mine")
        self.assert_refused(("experiment", "paper", "--out", "file", *SMALL), "--out", "file")
        self.assert_refused(("experiment", "paper", "--out", "file/out", *SMALL), "--out", "file")
        self.assertEqual(self.read("file"), "mine")

    def test_no_room_leaves_nothing_half_written(self):
        def no_large_files():
            resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))

        self.call_ok("experiment", "paper", "--out", "out", "--jobs", "1", "--images", 200)
        before = self.files("out")
        for folder in ("out", "new"):
            done = subprocess.run(
                [cli.binary(), "experiment", "paper", "--out", folder, "--jobs", "19"],
                cwd=self.folder, env=cli.environment(), capture_output=True, text=True,
                check=False, preexec_fn=no_large_files, timeout=cli.HANGS_AFTER_S)
            self.assertEqual(done.returncode, cli.FAILED, done.stderr)
            self.assertIn("File too large", done.stderr)
        self.assertTrue(self.files("out") == before)
        self.assertFalse(os.path.exists(self.path("new")))


class PaperEnds(CommandTestCase):
    LONG = ("experiment", "paper", "--out", "out", "--images", "1000000")

    def test_an_interrupt_writes_nothing(self):
        with subprocess.Popen([cli.binary(), *self.LONG], cwd=self.folder, env=cli.environment(),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True) as program:
            self.addCleanup(program.kill)
            deadline = time.monotonic() + cli.HANGS_AFTER_S
            while not catches(program, signal.SIGINT):
                self.assertLess(time.monotonic(), deadline)
                time.sleep(0.01)
            program.send_signal(signal.SIGINT)
            out, err = program.communicate(timeout=cli.HANGS_AFTER_S)
        self.assertEqual(program.returncode, cli.INTERRUPTED, err)
        self.assertEqual(out, "")
        self.assertIn("interrupted: nothing was written", err)
        self.assertFalse(os.path.exists(self.path("out")))

    def test_a_terminal_shows_a_bar(self):
        screen = Screen(self, shlex.join([cli.binary(), *self.LONG]), TERM="tmux-256color")
        screen.wait("the bar", "steps [", "--]", "/")
        screen.press("C-c")
        text = screen.wait("the end", "interrupted: ", "ended 130")
        self.assertNotIn("steps [", text)


if __name__ == "__main__":
    cli.main()
