"""batchsizer completion: what a shell offers, in bash itself; other shells have files of their own."""
import re
import subprocess

import cli
from cli import CommandTestCase
from usage_test import all_commands, options_of

BREAKS = " \t\n\"'><=;|&(:"  # what bash has by default


class Bash(CommandTestCase):
    def setUp(self):
        super().setUp()
        self.write("script", self.call_ok("completion", "bash").out)

    def complete(self, line, breaks=BREAKS):
        """What bash would put in place of the last piece of the line."""
        glued = "".join(c for c in ":=" if c in breaks)
        words = [piece for word in line.split(" ")
                 for piece in (re.findall(f"[{glued}]|[^{glued}]+", word) if glued else [word])
                 or [""]]
        done = subprocess.run(
            ["bash", "--norc", "-uc", 'COMP_WORDBREAKS=$1; source ./script; shift; '
             'COMP_WORDS=("$@"); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _batchsizer; '
             'printf "%s\\n" "${COMPREPLY[@]}"', "bash", breaks, *words],
            cwd=self.folder, capture_output=True, text=True, timeout=cli.HANGS_AFTER_S, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""), line)
        return sorted(done.stdout.split("\n")[:-1]) if done.stdout != "\n" else []

    def test_commands_and_every_option_of_each(self):
        for command in all_commands(self):
            typed = " ".join(("batchsizer", *command))
            below = [other[-1] for other in all_commands(self, command) if
                     len(other) == len(command) + 1]
            self.assertLessEqual(set(below), set(self.complete(typed + " ")))
            for name in options_of(self, command):
                if name in ("model", "name", "files", "shell") or command + (name,) == (
                        "explain", "trace"):
                    continue  # positionals
                self.assertIn("--" + name, self.complete(f"{typed} --{name[:3]}"), typed)
        self.assertIn("--json", self.complete("batchsizer run --js"))
        self.assertEqual(self.complete("batchsizer sim"), ["simulate"])
        self.assertEqual(self.complete("batchsizer --json zoo b"), ["build"])

    def test_values(self):
        policies = [name for name in cli.POLICIES if name.startswith("p")]
        self.assertEqual(self.complete("batchsizer run --policy p"), sorted(policies))
        self.assertEqual(self.complete("batchsizer run --policy=fi"), ["fixed"])
        self.assertEqual(self.complete("batchsizer simulate --alpha 0.9 --policy ora"), ["oracle"])
        self.assertEqual(self.complete("batchsizer run --alpha "), [])
        self.assertEqual(self.complete("batchsizer completion "), ["bash", "fish", "zsh"])
        # A value that is called like a command is none.
        self.assertEqual(self.complete("batchsizer run --images zoo --preprocess ra"), ["raw"])
        self.assertEqual(self.complete("batchsizer nothing --po"), [])

    def test_files_and_folders(self):
        self.write("data/cap one.csv", "")
        self.assertEqual(self.complete("batchsizer run --output da"), ["data"])
        self.assertEqual(self.complete("batchsizer run --images d"), ["data"])
        self.assertEqual(self.complete("batchsizer run --images data/c"), ["data/cap one.csv"])
        self.assertEqual(self.complete("batchsizer dataset --out data/c"), [])
        self.assertEqual(self.complete("batchsizer run --trace data/c"), ["data/cap one.csv"])
        self.assertEqual(self.complete("batchsizer --config=data/c"), ["data/cap one.csv"])
        self.assertEqual(self.complete("batchsizer conform a b data/c"), ["data/cap one.csv"])

    def test_words_with_colons_and_equals_signs(self):
        self.write("curve.csv", "")
        for breaks in (BREAKS, " \t\n"):
            def front(text, breaks=breaks):
                return text if breaks == " \t\n" else ""

            def becomes(line, wanted, breaks=breaks):
                self.assertEqual(self.complete(line, breaks), [wanted])

            self.assertIn("zoo:mobilenet-v1", self.complete("batchsizer run --model z", breaks))
            self.assertIn("all", self.complete("batchsizer zoo build ", breaks))
            becomes("batchsizer run --model zoo:na", front("zoo:") + "nasnet-mobile")
            becomes("batchsizer run --model=zoo:na", front("--model=zoo:") + "nasnet-mobile")
            becomes("batchsizer run --power-cap t", "trace:")
            becomes("batchsizer run --power-cap file:cu", front("file:") + "curve.csv")
            becomes("batchsizer run --device emulated:curve=cu",
                    front("emulated:curve=") + "curve.csv")
            becomes("batchsizer run --device emulated:p40 --policy ba", "batchsizer")
            self.assertEqual(self.complete("batchsizer run --device emulated:", breaks),
                             [front("emulated:") + word
                              for word in ("curve=", "h100", "orin-nano", "p40")])

    def test_every_option_with_a_text_has_something_to_offer(self):
        free = {"batch-sizes", "class-names", "mean", "std", "title", "note"}  # numbers, say, or words
        for command in all_commands(self):
            out = self.call_ok(*command, "--help").out
            for name in re.findall(r"^  --([a-z0-9-]+) TEXT", out, re.MULTILINE):
                self.write("one/two", "")
                offered = self.complete(" ".join(("batchsizer", *command, f"--{name}", "")))
                self.assertTrue(offered or name in free, (command, name))

    def test_refuses(self):
        self.assert_refused(("completion", "tcsh"), "'tcsh'", "bash, zsh or fish")
        self.assert_refused(("completion",), "shell", "required")


if __name__ == "__main__":
    cli.main()
