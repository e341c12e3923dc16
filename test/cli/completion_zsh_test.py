"""batchsizer completion zsh, in zsh itself."""
# needs: zsh
import os
import pty
import select
import subprocess
import time

import cli
from cli import CommandTestCase


class Zsh(CommandTestCase):
    def setUp(self):
        super().setUp()
        self.write("functions/_batchsizer", self.call_ok("completion", "zsh").out)

    def test_its_syntax_is_right(self):
        done = subprocess.run(["zsh", "-n", self.path("functions/_batchsizer")],
                              capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def typed(self, keys, wanted):
        """Types at a prompt until wanted stands on the screen."""
        process, terminal = pty.fork()
        if process == 0:
            os.chdir(self.folder)
            os.execvpe("zsh", ["zsh", "-f", "-i"], dict(cli.environment(), PS1="ready> "))
        self.addCleanup(os.close, terminal)
        self.addCleanup(os.waitpid, process, 0)
        self.addCleanup(os.kill, process, 9)
        shown = ""
        setup = ("fpath=($PWD/functions $fpath); autoload -U compinit; compinit -u -D; "
                 "unsetopt beep; print se''t\n")
        for text, until in ((setup, "set\r\n"), (keys, wanted)):
            os.write(terminal, text.encode())
            shown = self.read_until(terminal, until)
        return shown

    def read_until(self, terminal, wanted):
        shown, end = "", time.monotonic() + cli.HANGS_AFTER_S
        while wanted not in shown:
            if not select.select([terminal], [], [], max(0, end - time.monotonic()))[0]:
                self.fail(f"never showed {wanted!r}: {shown!r}")
            shown += os.read(terminal, 4096).decode(errors="replace")
        return shown

    def test_it_completes_commands_options_values_and_files(self):
        self.write("a-curve.csv", "")
        for keys, wanted in (("batchsizer sim\t", "simulate"),
                             ("batchsizer zoo bu\t", "build"),
                             ("batchsizer run --preproc\t", "--preprocess"),
                             ("batchsizer run --pol\tbatch\t", "batchsizer "),
                             ("batchsizer run --js\t", "--json"),
                             ("batchsizer run --power-cap file:a-\t", "a-curve.csv"),
                             ("batchsizer run --images x --tra\ta-\t", "a-curve.csv"),
                             ("batchsizer inspect zoo:na\t", "snet-mobile")):
            with self.subTest(keys=keys):
                self.typed(keys, wanted)

    def test_it_shows_what_options_mean(self):
        self.typed("batchsizer run --de\t\t", "Threads that decode images")


if __name__ == "__main__":
    cli.main()
