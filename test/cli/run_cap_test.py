"""batchsizer run under a cap that moves: a watched file, a trace that is read again, SIGHUP."""
import fcntl
import json
import os
import pty
import signal
import subprocess
import termios
import time

import cli
from cli import INTERRUPTED, CommandTestCase
from run_test import FAST, RunsPhotos


class MovingCap(RunsPhotos):
    photos = staticmethod(cli.thumbnails)

    def start(self, cap, *args, device=FAST, **options):
        """A run without end, once it has written its first rows."""
        with open(self.path("said"), "wb") as said:
            process = subprocess.Popen(
                [cli.binary(), *map(str, self.run_args(*device, "--repeat", 1000000, "--json",
                                                       "--trace", "t.csv", *args, cap=cap))],
                cwd=self.folder, env=cli.environment(), text=True, stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=said, **options)
        self.addCleanup(process.__exit__, None, None, None)
        self.addCleanup(process.kill)
        self.process = process
        self.wait_for(lambda: os.path.exists(self.path("t.csv")) and self.caps())
        return process

    def wait_for(self, condition):
        for _ in range(cli.HANGS_AFTER_S * 50):
            if condition():
                return
            self.assertIsNone(self.process.poll(), self.read("said"))
            time.sleep(0.02)
        self.fail(self.read("said"))

    def caps(self):
        """The caps of the newest whole rows of the trace."""
        with open(self.path("t.csv"), "rb") as file:
            header = file.readline()
            if not header.endswith(b"\n"):
                return []
            column = header.split(b",").index(b"power_cap_w")
            size = file.seek(0, os.SEEK_END)
            file.seek(max(len(header), size - 2000))
            rows = file.read().split(b"\n")[:-1]
        if size - 2000 > len(header):
            rows = rows[1:]  # torn at the front
        return [float(row.split(b",")[column]) for row in rows]

    def cap_becomes(self, watts):
        self.wait_for(lambda: self.caps()[-1:] == [watts])

    def says(self, *words):
        self.wait_for(lambda: all(word in self.read("said") for word in words))

    def stop(self, with_signal=signal.SIGINT):
        self.process.send_signal(with_signal)
        return self.ended()

    def ended(self):
        out, _ = self.process.communicate(timeout=cli.HANGS_AFTER_S)
        self.assertEqual(self.process.returncode, INTERRUPTED, self.read("said"))
        return json.loads(out)

    def replace(self, name, text):
        os.rename(self.write(name + ".new", text), self.path(name))


class WatchedFile(MovingCap, CommandTestCase):
    def test_the_cap_follows_the_file(self):
        self.write("cap", "120W\n")
        self.start("file:cap")
        self.assertEqual(self.caps()[0], 120)
        self.replace("cap", "90\n")
        self.cap_becomes(90)
        self.write("cap", "140\n")
        self.cap_becomes(140)
        self.replace("cap", "40%\n")  # of the P40's 250 W
        self.cap_becomes(100)
        self.assertEqual(self.stop()["power_cap_w"], 100)
        self.assertNotIn("--power-cap", self.read("said"))

    def test_the_cap_follows_the_file_in_real_time(self):
        self.write("cap", "1000\n")
        self.start("file:cap", "--meter", "estimate:10,400", "--batch-sizes", "1,2",
                   device=("--device", "cpu"))
        self.write("cap", "900\n")
        self.cap_becomes(900)
        self.assertEqual(self.stop()["power_cap_w"], 900)

    def test_a_bad_value_is_told_once_and_keeps_the_cap(self):
        self.write("cap", "120\n")
        self.start("file:cap")
        for _ in range(5):
            self.replace("cap", "lots\n")
        self.says("'lots'")
        self.write("cap", "lots\n")
        self.write("cap", "lots \n")
        self.replace("cap", "250000\n")
        self.says("'250000' is more than 3 x the device's maximum of 250 W")
        self.assertEqual(set(self.caps()), {120})
        os.remove(self.path("cap"))
        self.says("No such file")
        self.assertEqual(set(self.caps()), {120})
        self.write("cap", "95\n")
        self.cap_becomes(95)
        self.says("is right again; the cap is 95 W")
        self.stop()
        said = [line for line in self.read("said").split("\n") if "--power-cap" in line]
        self.assertEqual(len(said), 4, said)
        self.assertEqual(said[0], "batchsizer: --power-cap: cap: 'lots' is not a power cap; right "
                                  "would be 120, 120W or 70%; the cap stays 120 W")

    def test_refuses_a_file_that_is_no_cap_at_the_start(self):
        self.write("bad", "-1\n")
        self.write("empty", "")
        for cap, words in (("file:none", ("none", "No such file", "before the run starts")),
                           ("file:bad", ("bad: '-1'", "not above 0 W", "right would be")),
                           ("file:empty", ("empty: holds no power cap",)),
                           ("file:.", ("folder",)), ("file:", ("names no file", "file:PATH")),
                           ("enforced", ("NVIDIA", "file:PATH"))):
            self.assert_refused(self.run_args(*FAST, cap=cap), "--power-cap", *words)
        self.write("cap", "120\n")
        for option in ("--output", "--trace"):
            self.assert_refused(self.run_args(*FAST, option, "cap", cap="file:cap"), option,
                                "--power-cap")
        self.assertEqual(self.read("cap"), "120\n")

    def test_simulate_has_no_time_for_files(self):
        self.write("c.csv", "batch,clock_mhz,throughput_ips,power_w\n1,1000,100,60\n")
        self.write("cap", "120\n")
        self.assert_refused(("simulate", "--curve", "c.csv", "--power-cap", "file:cap"),
                            "--power-cap", "run", "trace:FILE")


class Hangup(MovingCap, CommandTestCase):
    """SIGHUP reads the cap's source again, where there is one."""

    def on_a_terminal(self, ignored=False):
        """Popen options for a session of its own with a terminal; our end of it."""
        ours, theirs = pty.openpty()

        def lead():
            os.setsid()
            fcntl.ioctl(theirs, termios.TIOCSCTTY, 0)
            if ignored:
                signal.signal(signal.SIGHUP, signal.SIG_IGN)

        return ours, theirs, {"preexec_fn": lead}

    def test_a_watched_file_is_read_again(self):
        self.write("cap", "120\n")
        self.start("file:cap").send_signal(signal.SIGHUP)
        self.says("--power-cap: cap: read again; the cap is 120 W")
        self.stop()

    def test_a_trace_is_read_again_and_counts_from_the_start_of_the_run(self):
        self.write("cap.csv", "time_s,power_cap_w\n0,120\n")
        process = self.start("trace:cap.csv")
        self.write("cap.csv", "time_s,power_cap_w\n0,200\n0.001,95\n")
        process.send_signal(signal.SIGHUP)
        self.says("cap.csv: read again, 2 steps")
        self.cap_becomes(95)
        self.write("cap.csv", "time_s,power_cap_w\n0,nan\n")
        process.send_signal(signal.SIGHUP)
        self.says("cap.csv:2", "the old trace stays")
        self.assertEqual(self.stop(signal.SIGTERM)["power_cap_w"], 95)

    def test_under_nohup_it_is_read_again_too(self):
        self.write("cap", "120\n")
        process = self.start(
            "file:cap", preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        process.send_signal(signal.SIGHUP)
        self.says("read again")
        self.stop()

    def test_a_terminal_that_is_gone_ends_the_run(self):
        self.write("cap", "120\n")
        ours, theirs, options = self.on_a_terminal()
        process = self.start("file:cap", **options)
        os.close(theirs)
        process.send_signal(signal.SIGHUP)  # while the terminal is there
        self.says("read again")
        os.close(ours)
        self.ended()

    def test_under_nohup_a_terminal_that_is_gone_ends_nothing(self):
        self.write("cap", "120\n")
        ours, theirs, options = self.on_a_terminal(ignored=True)
        self.start("file:cap", **options)
        os.close(theirs)
        os.close(ours)
        self.write("cap", "90\n")
        self.cap_becomes(90)
        self.stop()


if __name__ == "__main__":
    cli.main()
