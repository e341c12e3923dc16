"""A terminal for tests: what a person would see of a command, and keys for it.

A terminal multiplexer, tmux, plays the terminal; capturing its pane gives exactly
what stands on the screen.
"""
import shlex
import subprocess
import time

import cli


class Screen:
    """Runs a shell command on a terminal of its own, until the test is over."""

    count = 0  # of screens ever made

    def __init__(self, case, command, columns=80, rows=24, shell=False, **variables):
        self.case = case
        # Its own: the server of the screen before may not have ended yet.
        Screen.count += 1
        self.socket = case.path(f"tmux-{Screen.count}")
        # When the command has ended, the screen stays to be looked at.
        line = command if shell else f"{command}; echo ended $?; exec cat"
        case.write("tmux.conf", "set -g history-limit 1000000")
        self.tmux("-f", case.path("tmux.conf"), "-u", "new-session", "-d", "-x", columns,
                  "-y", rows, line, **variables)
        case.addCleanup(self.tmux, "kill-server", check=False)

    def tmux(self, *args, check=True, **variables):
        env = dict(cli.environment(), LC_ALL="C.UTF-8")
        env.update(variables)
        env.pop("TMUX", None)
        return subprocess.run(["tmux", "-S", self.socket, *map(str, args)], env=env, check=check,
                              cwd=self.case.folder, capture_output=True, text=True,
                              timeout=cli.HANGS_AFTER_S).stdout

    def text(self):
        return self.tmux("capture-pane", "-p")

    def press(self, *keys):
        self.tmux("send-keys", *keys)

    def resize(self, columns, rows):
        self.tmux("resize-window", "-x", columns, "-y", rows)

    def wait(self, what, *words, lines=None, bottom=""):
        """The screen, once it holds all of words, so many lines, and a last one like this."""
        give_up = time.monotonic() + cli.HANGS_AFTER_S / 4
        while True:
            text = self.text()
            right = lines is None or text.count("\n") == lines
            right = right and text.rstrip("\n").split("\n")[-1].startswith(bottom)
            if right and all(word in text for word in words):
                return text
            if time.monotonic() > give_up:
                self.case.fail(f"{what}: {words} are not all on the screen:\n{text}")
            time.sleep(0.05)


def command(*args):
    return shlex.join([cli.binary(), *map(str, args)])
