"""batchsizer run while it runs: what a terminal shows, and ways to end it early."""
import fcntl
import json
import os
import pty
import re
import signal
import struct
import subprocess
import termios

import cli
from cli import DONE, INTERRUPTED, CommandTestCase
from run_test import FAST, RunsPhotos, results
from simulate_test import CURVE, to_csv


class RunProgress(RunsPhotos, CommandTestCase):
    photos = staticmethod(cli.thumbnails)

    def on_a_terminal(self, columns, *args, images=None, after=None):
        """What a run with the rewritten line says on a terminal, byte for byte."""
        args = ("--view", "line", *args)
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        said = b""
        with subprocess.Popen([cli.binary(), *map(str, self.run_args(*args, images=images))],
                              cwd=self.folder, env=dict(cli.environment(), TERM="xterm"),
                              stderr=theirs, stdout=subprocess.DEVNULL) as process:
            os.close(theirs)
            try:
                while True:
                    said += os.read(ours, 4096)
                    if after is not None and b"\x1b[K" in said:
                        after(ours)
                        after = None
            except OSError:  # how Linux tells that the other end is closed
                pass
            self.assertEqual(process.wait(timeout=cli.HANGS_AFTER_S), DONE, said)
        os.close(ours)
        return said.decode().replace("\r\n", "\n")

    def test_the_line_fits_into_the_terminal(self):
        for columns in (80, 30):
            said = self.on_a_terminal(columns, *FAST, "--repeat", 300)
            lines = re.findall(r"\r\x1b\[K([^\r\n]*)", said)
            self.assertGreater(len(lines), 1)
            self.assertLess(max(map(len, lines)), columns)
            self.assertRegex(lines[0], r"^\d+/7200 emulated  batch ")
            self.assertTrue(said.endswith("\r\x1b[K"))

    def test_the_line_follows_the_width(self):
        def make_narrow(terminal):
            fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 20, 0, 0))

        said = self.on_a_terminal(200, *FAST, "--repeat", 1000, after=make_narrow)
        lines = [line for line in re.findall(r"\r\x1b\[K([^\r\n]*)", said) if line]
        self.assertGreater(len(lines[0]), 40)
        self.assertLess(len(lines[-1]), 20)

    def test_messages_stand_on_lines_of_their_own_and_failures_count_as_done(self):
        names = ["00.png", *(f"{number:03}.png" for number in range(1, 400))]
        for number, name in enumerate(names):
            self.write("mixed/" + name, "x" if number % 2 else cli.png(16, 16, 9))
        said = self.on_a_terminal(120, *FAST, "--repeat", 30, images="mixed")
        # Everything between two rewritings of the line is whole lines.
        for text in re.split(r"\r\x1b\[K", said):
            if "\n" in text:
                self.assertTrue(text.endswith("\n"), text)
                self.assertRegex(text, r"^batchsizer: ")
        counts = [tuple(map(int, found)) for found in re.findall(r"(\d+)/(\d+) emulated", said)]
        self.assertGreater(counts[-1][0], counts[-1][1] // 2)
        self.assertTrue(re.search(r"  \d+ failed", said))


class RunInterrupted(RunsPhotos, CommandTestCase):
    photos = staticmethod(cli.thumbnails)

    def start(self, *args, device=FAST, **options):
        """A run without end, once it has written its first results and rows."""
        command = [cli.binary(), *map(str, self.run_args(
            *device, "--repeat", 1000000, "--json", "--output", "r.jsonl", "--trace", "t.csv",
            *args))]
        process = subprocess.Popen(command, cwd=self.folder, env=cli.environment(), text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
        self.addCleanup(process.__exit__, None, None, None)
        self.addCleanup(process.kill)
        for _ in range(cli.HANGS_AFTER_S * 50):
            if self.rows("t.csv") > 1 and self.rows("r.jsonl") > 0:
                return process
            try:
                process.wait(timeout=0.02)
            except subprocess.TimeoutExpired:
                continue
            break
        self.fail(f"ended by itself: {process.communicate()}")
        return None

    def rows(self, name):
        return self.read(name).count("\n") if os.path.exists(self.path(name)) else 0

    def test_keeps_the_results_so_far_and_can_be_resumed(self):
        for with_signal in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            process = self.start()
            process.send_signal(with_signal)
            out, err = process.communicate(timeout=cli.HANGS_AFTER_S)
            self.assertEqual(process.returncode, INTERRUPTED, err)
            self.assertIn("interrupted", err)
            lines = results(self.path("r.jsonl"))  # each a whole line
            self.assertGreater(len(lines), 0)
            summary = json.loads(out)
            self.assertEqual(summary["images"], len(lines))
            trace = cli.read_trace(self.path("t.csv"))
            self.assertEqual(sum(row["images"] for row in trace), len(lines))
            self.assertEqual(len(trace), summary["windows"])
            wanted = len(lines) + 5
            repeat = wanted // cli.PHOTO_COUNT + 1
            self.run_json(*FAST, "--output", "r.jsonl", "--resume", "--repeat", repeat,
                          "--max-images", wanted)
            self.assert_each_once("r.jsonl", (repeat * self.photo_paths())[:wanted])
            os.remove(self.path("r.jsonl"))
            os.remove(self.path("t.csv"))

    def test_killed_it_leaves_every_window_that_had_ended(self):
        self.write("curve.csv", to_csv(CURVE))  # a reading a batch: windows of one batch
        process = self.start("--batch-sizes", 1, "--window", 1, "--policy", "fixed", "--batch", 1,
                             device=("--device", "emulated:curve=curve.csv", "--no-outputs"))
        process.kill()
        process.wait()
        trace = self.read("t.csv")
        self.assertTrue(trace.endswith("\n"))
        images = sum(row["images"] for row in cli.read_trace(self.path("t.csv")))
        # Results are written beside the run: what still waited goes with the process.
        written = self.read("r.jsonl").count("\n")
        self.assertLessEqual(written, images + 1)
        self.assertGreaterEqual(written, images - 64)

    def test_goes_on_without_readers(self):
        process = self.start("--verbose")
        process.stdout.close()
        process.stderr.close()
        rows = self.rows("t.csv")
        while self.rows("t.csv") < rows + 100:
            self.assertIsNone(process.poll())
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(timeout=cli.HANGS_AFTER_S), INTERRUPTED)
        trace = cli.read_trace(self.path("t.csv"))
        self.assertEqual(sum(row["images"] for row in trace),
                         len(results(self.path("r.jsonl"))))

    def test_nohup_is_heeded(self):
        process = self.start(preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        process.send_signal(signal.SIGHUP)
        rows = self.rows("t.csv")
        while self.rows("t.csv") < rows + 10:
            self.assertIsNone(process.poll())


if __name__ == "__main__":
    cli.main()
