"""batchsizer run: the live view, seen on a terminal."""
import fcntl
import json
import os
import pty
import re
import resource
import select
import signal
import struct
import subprocess
import termios
import time

import cli
from cli import BAD_INPUT, DONE, INTERRUPTED, CommandTestCase
from run_test import FAST, RunsPhotos
from screen import Screen, command

ENDLESS = (*FAST, "--repeat", 1000000)
ESCAPE = "\x1b"


class RunView(RunsPhotos, CommandTestCase):
    photos = staticmethod(cli.thumbnails)

    def view(self, *args, columns=80, rows=24, images=None):
        run = command(*self.run_args(*ENDLESS, *args, images=images, cap=110))
        return Screen(self, f"echo BEFORE; {run}", columns, rows)

    def test_shows_power_under_the_cap_and_the_decisions(self):
        screen = self.view()
        text = screen.wait("80 x 24", "cap 110 W │", "breaks the cap", " raise ", " lower ")
        lines = text.split("\n")
        self.assertEqual(len(lines), 24 + 1, text)
        self.assertLessEqual(max(map(len, lines)), 80)
        self.assertIn("emulated time and power", lines[0])
        self.assertRegex(lines[1], r"[█░]+ +\d+\.\d %  +[\d,]+ of 24,000,000 +0:00:\d\d +left ")
        self.assertRegex(lines[2], r"power +\d+\.\d W peak +cap 110 W +\d+ %")
        self.assertRegex(text, r"cap 110 W │ *[━╋]{10}")
        self.assertRegex(text, r" 0 W │ *█{10}")
        for word in ("batch", "img/s", "J/image", "above cap", "input wait", "clock", "1 → "):
            self.assertIn(word, text)
        self.assertIn("q finish", lines[23])

    def test_follows_the_terminal_size_without_garbage(self):
        screen = self.view(columns=100, rows=30)
        screen.wait("at first", "q finish", "cap 110 W │")
        for columns, rows in ((160, 50), (60, 15), (120, 40), (30, 6), (80, 24)):
            screen.resize(columns, rows)
            # The frame of this size: all of it, and nothing of another.
            last = ["q finish"] if rows >= 10 else []
            text = screen.wait(f"{columns} x {rows}", " peak", "1,079", *last, lines=rows,
                               bottom=" q finish" if last else "        now")
            self.assertEqual(text.count("q finish"), len(last), text)
            self.assertEqual(text.count(" W peak"), 1, text)
            self.assertEqual(text.count("now  "), 1, text)
            self.assertEqual(text.split("\n")[2][:7], " power ", text)

    def test_q_and_ctrl_c_end_the_run_and_give_the_screen_back(self):
        for key in ("q", "C-c"):
            screen = self.view()
            screen.wait("before " + key, "q finish")
            screen.press(key)
            text = screen.wait("after " + key, f"ended {INTERRUPTED}")
            self.assertTrue(text.startswith("BEFORE\n"), text)
            self.assertIn("interrupted", text)
            self.assertIn("images/s", text)
            self.assertNotIn("█", text)

    def test_help_tells_the_keys(self):
        screen = self.view()
        screen.wait("at first", "? help")
        screen.press("?")
        screen.wait("help", "Ctrl-Z", "power went above it")
        screen.press("?")
        screen.wait("back", "decisions")

    def test_messages_are_shown_and_printed_afterwards(self):
        for number in range(30):
            self.write(f"mixed/{number:02}.png", "x" if number % 2 else cli.png(16, 16, 9))
        screen = self.view("--output", "r.jsonl", images="mixed", columns=150, rows=50)
        screen.wait("messages", "messages, newest first", "mixed/01.png: ", "failed ")
        screen.press("q")
        screen.wait("the end", f"ended {INTERRUPTED}")
        text = screen.tmux("capture-pane", "-p", "-S", "-")  # with what was scrolled away
        self.assertRegex(text, r"batchsizer: mixed/\d\d.png: ")
        more = int(re.search(r"batchsizer: and (\d+) more messages; every image that failed "
                             r"stands in r\.jsonl", text).group(1))
        failed = int(re.search(r"failed +(\d+) images", text).group(1))
        self.assertGreater(more, 0)
        # None is lost, none is told twice; notices are among them.
        told = text.count("batchsizer: mixed/") + text.count("batchsizer: at ") + more
        self.assertIn(told, range(failed, failed + 10))

    def stop(self, screen):
        """Presses Ctrl-Z, again if need be, until the shell says that the run is stopped."""
        for _ in range(cli.HANGS_AFTER_S // 20):
            screen.press("C-z")
            for _ in range(100):
                text = screen.text()
                if "Stopped" in text:
                    return text
                time.sleep(0.05)
        self.fail(f"never stopped: {text}")
        return text

    def test_ctrl_z_leaves_the_screen_and_fg_comes_back(self):
        screen = Screen(self, "bash --norc --noprofile -i", shell=True, PS1="$ ")
        screen.press("echo BEFORE; " + command(*self.run_args(*ENDLESS, "--trace", "t.csv")),
                     "Enter")
        screen.wait("at first", "q finish", "cap 120 W │")
        text = self.stop(screen)
        self.assertNotIn("█", text)
        screen.press("stty -a | grep -o '.icanon'", "Enter")
        self.assertNotIn("-icanon", screen.wait("the terminal's modes", "\n icanon"))
        screen.press("bg", "Enter")
        rows = self.trace_rows()
        while self.trace_rows() < rows + 20:
            self.assertNotIn("█", screen.text())
        screen.press("fg", "Enter")
        screen.wait("again", "q finish", "cap 120 W │")
        screen.press("q")
        screen.wait("the end", "interrupted")
        screen.press("echo code $?", "Enter")
        screen.wait("exit code", f"code {INTERRUPTED}")

    def trace_rows(self):
        return self.read("t.csv").count("\n")


class RunViewKinds(RunsPhotos, CommandTestCase):
    photos = staticmethod(cli.thumbnails)

    def on_a_terminal(self, *args, kill_with=None, **variables):
        """Exit code, bytes said as text, and whether the terminal's modes are as before."""
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        modes = termios.tcgetattr(theirs)
        env = dict(cli.environment(), TERM="xterm-256color", LC_ALL="C.UTF-8")
        env.pop("NO_COLOR", None)
        env.update(variables)
        said = b""
        with subprocess.Popen([cli.binary(), *map(str, self.run_args(*args))], cwd=self.folder,
                              env=env, stderr=theirs, stdin=theirs, stdout=subprocess.DEVNULL,
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (0, 0)),
                              start_new_session=True) as process:
            os.set_blocking(ours, False)
            while b"q finish" not in said and process.poll() is None:
                said += self.more(ours)
            if kill_with is not None:
                process.send_signal(kill_with)
            while process.poll() is None:
                said += self.more(ours)
            said += self.more(ours)
        restored = termios.tcgetattr(theirs) == modes
        os.close(ours)
        os.close(theirs)
        return process.returncode, said.decode(errors="replace").replace("\r\n", "\n"), restored

    @staticmethod
    def more(terminal):
        """What has been said meanwhile, after a moment at most."""
        if not select.select([terminal], [], [], 0.05)[0]:
            return b""
        return os.read(terminal, 65536)

    def colours(self, said):
        """The numbers of all SGR sequences that set a colour."""
        numbers = {int(number) for sequence in re.findall(ESCAPE + r"\[([\d;]*)m", said)
                   for number in sequence.split(";") if number}
        return {number for number in numbers if 30 <= number <= 49 or 90 <= number <= 107}

    def test_no_color_is_honoured(self):
        _, coloured, _ = self.on_a_terminal(*ENDLESS, kill_with=signal.SIGINT)
        _, plain, _ = self.on_a_terminal(*ENDLESS, kill_with=signal.SIGINT, NO_COLOR="1")
        self.assertTrue(self.colours(coloured))
        self.assertFalse(self.colours(plain))
        self.assertIn("q finish", plain)

    def test_however_it_ends_the_terminal_is_as_before(self):
        for kill_with, code in ((signal.SIGINT, INTERRUPTED), (signal.SIGTERM, INTERRUPTED),
                                (signal.SIGABRT, -signal.SIGABRT),
                                (signal.SIGQUIT, -signal.SIGQUIT)):
            ended, said, restored = self.on_a_terminal(*ENDLESS, kill_with=kill_with)
            self.assertEqual(ended, code)
            self.assertTrue(restored, kill_with)
            self.assertEqual(said.count(ESCAPE + "[?1049h"), 1)
            self.assertEqual(said.count(ESCAPE + "[?1049l"), 1, kill_with)
            self.assertGreater(said.rfind(ESCAPE + "[?25h"), said.rfind(ESCAPE + "[?25l"))

    def test_a_dumb_terminal_gets_plain_lines(self):
        for variables in ({"TERM": "dumb"}, {"TERM": ""}):
            code, said, _ = self.on_a_terminal(*FAST, "--repeat", 20, **variables)
            self.assertEqual(code, DONE)
            self.assertNotIn(ESCAPE, said)
            self.assertRegex(said, r"images/s  raise \(.*\) -> batch \d+")

    def test_view_plain_and_off_write_no_escapes(self):
        _, plain, _ = self.on_a_terminal(*FAST, "--repeat", 20, "--view", "plain")
        _, off, _ = self.on_a_terminal(*FAST, "--repeat", 20, "--view", "off")
        self.assertNotIn(ESCAPE, plain + off)
        self.assertIn(" -> batch ", plain)
        self.assertNotIn(" -> batch ", off)

    def test_ascii_where_the_locale_has_no_more(self):
        _, said, _ = self.on_a_terminal(*ENDLESS, kill_with=signal.SIGINT, LC_ALL="C")
        self.assertTrue(said.isascii())
        self.assertIn("cap 120 W", said)

    def test_once_prints_one_frame_at_the_end(self):
        outcome = self.call_ok(*self.run_args(*FAST, "--repeat", 20, "--once", "--json"),
                               LC_ALL="C.UTF-8")
        self.assertEqual(json.loads(outcome.out)["images"], 20 * cli.PHOTO_COUNT)
        self.assertNotIn(ESCAPE, outcome.err)
        first, *frame = outcome.err.rstrip("\n").split("\n")
        self.assertTrue(first.startswith("batchsizer: images from "))
        self.assertIn("100.0 %", frame[1])
        self.assertIn("480 of 480", frame[1])
        self.assertRegex(outcome.err, r"cap 120 W │ *[━╋]+")
        self.assertIn("decisions, newest first", outcome.err)
        self.assertNotIn(" -> batch ", outcome.err)

    def test_once_is_ascii_in_the_c_locale(self):
        outcome = self.call_ok(*self.run_args(*FAST, "--once"), LC_ALL="C")
        self.assertTrue(outcome.err.isascii())
        self.assertIn("cap 120 W |", outcome.err)

    def test_a_view_that_cannot_be_shown_is_refused(self):
        self.assert_refused(self.run_args(*FAST, "--view", "scren"), "--view", "did you mean",
                            "screen", code=BAD_INPUT)
        for view in ("screen", "line"):
            self.assert_refused(self.run_args(*FAST, "--view", view), "--view " + view, "terminal",
                                code=BAD_INPUT)


if __name__ == "__main__":
    cli.main()
