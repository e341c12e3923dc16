"""The command line itself: help, version, unknown words, configuration files, dataset."""
import json
import os
import re
import subprocess

import cli
from cli import CommandTestCase

COMMANDS = ("run", "simulate", "profile", "conform", "inspect", "explain", "devices", "zoo",
            "experiment", "dataset", "completion", "manual")


def all_commands(test, path=()):
    """Every command, from the help, as words; () is the program."""
    found = [path]
    lines = test.call_ok(*path, "--help").out.split("Subcommands:\n")
    for line in lines[1].split("\n\n")[0].splitlines() if len(lines) > 1 else ():
        found += all_commands(test, (*path, line.split()[0]))
    return found


def options_of(test, command):
    """The options and positionals of a command, from its help, without dashes."""
    out = test.call_ok(*command, "--help").out
    found = re.findall(r"^  (?:-\w,)?--([a-z0-9-]+)", out, re.MULTILINE)
    positionals = re.search(r"Positionals:\n(.*?)\n\n", out, re.DOTALL)
    if positionals:
        found += re.findall(r"^  (\w+)", positionals[1], re.MULTILINE)
    return found


class Help(CommandTestCase):
    def test_help_goes_to_stdout_and_has_examples(self):
        for args in ((), *((command,) for command in COMMANDS)):
            outcome = self.call_ok(*args, "--help")
            self.assertEqual(outcome.err, "")
            self.assertIn("Usage: batchsizer", outcome.out)
        for args in (*((command,) for command in COMMANDS), ("zoo", "list"), ("zoo", "build"),
                     ("experiment", "paper")):
            examples = self.call_ok(*args, "--help").out.split("Example")[1].splitlines()[1:]
            self.assertGreater(len(examples), 0)
            for example in examples:  # its own, not the program's
                self.assertTrue(example.startswith("  batchsizer " + " ".join(args)), example)

    def test_help_lists_the_commands_and_exit_codes(self):
        out = self.call_ok("--help").out
        for word in (*COMMANDS, "--json", "--quiet", "--verbose", "--version", "--config", "130"):
            self.assertIn(word, out)

    def test_help_names_the_options_of_the_design(self):
        for command, options in (
                ("run", "--model --images --power-cap --policy --device --batch-sizes --alpha "
                        "--window --clock --output --trace --resume --max-images --repeat --seed"),
                ("simulate", "--curve --policy --power-cap --cap-trace --duration --noise --window "
                             "--batch-sizes --alpha --clock --seed --trace --paper-variant")):
            out = self.call_ok(command, "--help").out
            for option in options.split():
                self.assertIn(option, out)
            for policy in cli.POLICIES:
                self.assertIn(policy, out)
        for meter in ("hwmon[:CHIP", "estimate[:IDLE_W,MAX_W]", "replay:FILE", "replay-loop:FILE"):
            self.assertIn(meter, self.call_ok("run", "--help").out)

    def test_version(self):
        self.assertRegex(self.call_ok("--version").out, r"^batchsizer \d+\.\d+\.\d+\n$")


class UnknownWords(CommandTestCase):
    def test_unknown_command_names_the_nearest(self):
        for typed, meant in (("simulat", "simulate"), ("rnu", "run"), ("inspct", "inspect"),
                             ("device", "devices"), ("confrom", "conform")):
            self.assert_refused((typed,), f"'{typed}'", f"'{meant}'", "--help")
            self.assert_refused((typed, "--curve", "c.csv", "--power-cap", 9), f"'{typed}'",
                                f"'{meant}'")
        self.assert_refused(("xyzzyxyzzy",), "'xyzzyxyzzy'", *COMMANDS)

    def test_no_command(self):
        self.assert_refused((), "command", *COMMANDS)
        self.assert_refused(("--json",), "command", *COMMANDS)

    def test_unknown_option_names_the_nearest(self):
        simulate = ("simulate", "--curve", "c.csv", "--power-cap", 9)
        self.assert_refused((*simulate, "--polcy", "paper"), "'--polcy'", "'--policy'")
        self.assert_refused((*simulate, "--polcy=paper"), "'--polcy'", "'--policy'")
        self.assert_refused(("simulate", "--curv", "c.csv"), "'--curv'", "'--curve'")
        self.assert_refused(("run", "--modle", "m.onnx"), "'--modle'", "'--model'")
        self.assert_refused(("run", "--jsn"), "'--jsn'", "'--json'")
        self.assert_refused(("--verison",), "'--verison'", "'--version'")
        outcome = self.assert_refused((*simulate, "--xyzzyxyzzy"), "'--xyzzyxyzzy'")
        self.assertNotIn("did you mean", outcome.err)

    def test_one_word_too_many(self):
        self.assert_refused(("simulate", "--curve", "c.csv", "--power-cap", 9, "again"), "'again'")
        self.assert_refused(("simulate", "--batch-sizes", "1,2", "4"), "'4'")

    def test_flags_take_true_or_false_only(self):
        self.assert_refused(("devices", "--json=maybe"), "--json", "'maybe'", "true or false")

    def test_what_is_missing_is_named(self):
        self.assert_refused(("run",), "--model", "required", "batchsizer run --help")
        self.assert_refused(("run", "--model", "m", "--images", "i"), "--power-cap", "required")


class Stdout(CommandTestCase):
    """What cannot be written is a failure, whoever writes it and however much it is."""

    def setUp(self):
        super().setUp()
        self.write("curve.csv", "batch,clock_mhz,throughput_ips,power_w\n1,1000,100,60\n")
        simulate = ("simulate", "--curve", "curve.csv", "--power-cap", 100, "--duration", 1)
        self.commands = (simulate, (*simulate, "--json"), ("devices",), ("devices", "--json"),
                         ("inspect", cli.MODEL, "--json"), ("zoo", "list"), ("--version",),
                         ("run", "--help"))

    def call_to(self, args, stdout, **options):
        return subprocess.run([cli.binary(), *map(str, args)], cwd=self.folder, stdout=stdout,
                              stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                              env=cli.environment(), timeout=cli.HANGS_AFTER_S, check=False,
                              **options)

    def test_a_full_disk(self):
        with open("/dev/full", "wb") as full:
            for args in self.commands:
                outcome = self.call_to(args, full)
                self.assertEqual(outcome.returncode, cli.FAILED, args)
                self.assertEqual(outcome.stderr, "batchsizer: stdout cannot be written: "
                                                 "No space left on device\n", args)

    def test_a_closed_stdout(self):
        for args in self.commands:
            outcome = self.call_to(args, None, preexec_fn=lambda: os.close(1))
            self.assertEqual(outcome.returncode, cli.FAILED, args)
            self.assertIn("stdout cannot be written: Bad file descriptor", outcome.stderr)

    def test_a_closed_stdout_is_not_mixed_up_with_a_file(self):
        trace = ("--trace", "t.csv")
        self.call_to((*self.commands[0], *trace), None, preexec_fn=lambda: os.close(1))
        closed = self.read("t.csv")
        self.call_ok(*self.commands[0], *trace)
        self.assertEqual(closed, self.read("t.csv"))

    def test_nothing_to_say_needs_no_stdout(self):
        outcome = self.call_to(("--quiet", *self.commands[0]), None,
                               preexec_fn=lambda: os.close(1))
        self.assertEqual((outcome.returncode, outcome.stderr), (0, ""))

    def test_a_pipe_that_nobody_reads_ends_it_quietly(self):
        for args in self.commands:
            for ignored in (False, True):
                ends = os.pipe()
                os.close(ends[0])
                outcome = self.call_to(args, ends[1], restore_signals=not ignored)
                os.close(ends[1])
                self.assertNotEqual(outcome.returncode, 0, args)
                self.assertEqual(outcome.stderr, "", args)


class Config(CommandTestCase):
    def setUp(self):
        super().setUp()
        self.write("curve.csv", "batch,clock_mhz,throughput_ips,power_w\n"
                                "1,1000,100,60\n8,1000,400,120\n")

    def write_config(self, text):
        self.write("c.toml", text)
        return ("--config", "c.toml")

    def test_options_of_a_command(self):
        config = self.write_config('[simulate]\ncurve = "curve.csv"\npower-cap = "100W"\n'
                                   'policy = "fixed"\nbatch = 2\nduration = 5.0\n')
        summary = self.call_json(*config, "simulate")
        self.assertEqual((summary["policy"], summary["final_batch_size"], summary["power_cap_w"]),
                         ("fixed", 2, 100))
        self.assertAlmostEqual(summary["time_s"], 5, delta=0.1)
        self.assertEqual(self.call_json("simulate", *config), summary)

    def test_the_command_line_wins(self):
        config = self.write_config('[simulate]\ncurve = "none.csv"\npower-cap = 100\n')
        summary = self.call_json(*config, "simulate", "--curve", "curve.csv", "--power-cap", 110)
        self.assertEqual(summary["power_cap_w"], 110)

    def test_the_command_line_wins_over_what_excludes_it(self):
        self.write("cap.csv", "time_s,power_cap_w\n0,110\n")
        config = self.write_config('[simulate]\ncurve = "curve.csv"\ncap-trace = "cap.csv"\n')
        self.assertEqual(self.call_json(*config, "simulate")["power_cap_w"], 110)
        summary = self.call_json(*config, "simulate", "--power-cap", 140)
        self.assertEqual(summary["power_cap_w"], 140)
        config = self.write_config('[simulate]\ncurve = "curve.csv"\npower-cap = 140\n')
        summary = self.call_json(*config, "simulate", "--cap-trace", "cap.csv")
        self.assertEqual(summary["power_cap_w"], 110)
        both = ("--cap-trace", "cap.csv", "--power-cap", 140)
        self.assert_refused((*config, "simulate", *both), "--cap-trace", "--power-cap")
        config = self.write_config('[simulate]\ncurve = "curve.csv"\npower-cap = 140\n'
                                   'cap-trace = "cap.csv"\n')
        self.assert_refused((*config, "simulate"), "--cap-trace", "--power-cap")

    def test_global_options_and_other_commands(self):
        config = self.write_config('quiet = true\n[run]\nmodel = "m.onnx"\n[simulate]\n'
                                   'curve = "curve.csv"\npower-cap = 100\n')
        outcome = self.call_ok(*config, "simulate")
        self.assertEqual((outcome.out, outcome.err), ("", ""))

    def test_batch_sizes_as_text_or_as_a_list(self):
        for sizes in ('"1,3,5"', "[1, 3, 5]"):
            config = self.write_config(f'[simulate]\nbatch-sizes = {sizes}\n')
            summary = self.call_json(*config, "simulate", "--curve", "curve.csv",
                                     "--power-cap", 200, "--policy", "paper")
            self.assertEqual(summary["final_batch_size"], 5)

    def test_texts_are_those_of_toml(self):
        self.write("a#b.csv", self.read("curve.csv"))
        self.write("ca\u00f1on \"1\".csv", self.read("curve.csv"))
        for text in ('curve="a#b.csv" # a comment', "curve = 'a#b.csv'", 'curve = """\na#b.csv"""',
                     'curve = "ca\\u00f1on \\"1\\".csv"', 'curve = "a\\u0023b.csv"'):
            for start in ("", "\ufeff", "\r\n"):
                with self.subTest(text=text, start=start):
                    config = self.write_config(f"{start}[simulate]\n{text}\npower-cap = 100\n")
                    self.call_json(*config, "simulate")
        config = self.write_config('simulate.curve = "a#b.csv"\nsimulate.power-cap = 1e2\n'
                                   'simulate.batch-sizes = [ 1,\n 8, # and no more\n]\n'
                                   'json = true\nquiet = false\n')
        self.assertEqual(json.loads(self.call_ok(*config, "simulate").out)["power_cap_w"], 100)

    def test_every_option_can_stand_in_it_and_a_mistake_names_its_place(self):
        count = 0
        for command in all_commands(self):
            for name in options_of(self, command):
                if name in ("help", "version", "config"):
                    continue
                table = f"[{'.'.join(command)}]" if command else ""
                config = self.write_config(f"{table}\n{name} = 1979-05-27\n")
                self.assert_refused((*config, *command), f"c.toml:2:{len(name) + 4}: ",
                                    f"{name}: ", "needed, not a date")
                count += 1
        self.assertGreater(count, 50)

    def test_nested_commands(self):
        config = self.write_config('[zoo.build]\noutput = "own.onnx"\n')
        self.assertEqual(self.call_json(*config, "zoo", "build", "mobilenet-v1"),
                         {"model": "mobilenet-v1", "file": "own.onnx"})

    def test_refuses(self):
        simulate = ("simulate", "--curve", "curve.csv", "--power-cap", 100)
        for text, words in (('[simulate]\npolcy = "paper"\n', ("c.toml:2:", "'polcy'", "'policy'",
                                                               "[simulate]")),
                            ('# x\n\npolcy = "paper"\n', ("c.toml:3:", "'polcy'", "[COMMAND]")),
                            ('jsn = true\n', ("c.toml:1:", "'jsn'", "'json'")),
                            ('help = true\n', ("c.toml:1:", "'help'")),
                            ('[simulat]\npolicy = "paper"\n', ("c.toml:1:", "'simulat'",
                                                               "'simulate'")),
                            ('[run.x]\na = 1\n', ("c.toml:1:", "'x'")),
                            ('simulate = 3\n', ("c.toml:1:", "'simulate'", "[simulate]")),
                            ('hello\n', ("c.toml:1:",)),
                            ('json = true\n\njson = true\n', ("c.toml:3:", "json")),
                            ('[simulate]\ncurve = "a\n', ("c.toml:2:",)),
                            ('json = "maybe"\n', ("c.toml:1:8:", "--json", "'maybe'", "true")),
                            ('json = 1\n', ("--json", "true or false")),
                            ('[simulate]\nalpha = "x"\n', ("c.toml:2:9:", "--alpha", "'x'",
                                                           "number")),
                            ('[simulate]\nwindow = 1.5\n', ("--window", "1.5", "whole number")),
                            ('[simulate]\nwindow = [1]\n', ("--window", "a list")),
                            ('[simulate]\nbatch-sizes = [[1]]\n', ("--batch-sizes", "a list")),
                            ('[simulate]\nbatch-sizes = []\n', ("--batch-sizes", "empty")),
                            ('[simulate]\npolicy = true\n', ("--policy", "not true")),
                            ('[simulate]\npolicy = 1979-05-27\n', ("--policy", "a date")),
                            ('[simulate.policy]\na = 1\n', ("--policy", "a table")),
                            ('[simulate]\nalpha = 7\n', ("--alpha", "7")),
                            ('[simulate]\nalpha = nan\n', ("--alpha", "nan")),
                            ('[simulate]\npolicy = "papr"\n', ("'papr'", "'paper'"))):
            with self.subTest(text=text):
                self.assert_refused((*self.write_config(text), *simulate), *words)

    def test_refuses_files_that_cannot_be_read(self):
        simulate = ("simulate", "--curve", "curve.csv", "--power-cap", 100)
        for name, word in (("none.toml", "No such file"), (self.folder, "folder")):
            outcome = self.assert_refused(("--config", name, *simulate), "--config", name, word)
            self.assertNotIn("missing", outcome.err)
        photo = os.path.join(cli.photos(), sorted(os.listdir(cli.photos()))[0])
        self.assert_refused(("--config", photo, *simulate), "--config", photo + ":1:")
        self.write_config("")
        os.chmod(self.folder, 0o755)
        os.chmod(self.path("c.toml"), 0)
        self.assert_refused(("--config", "c.toml", *simulate), "c.toml", "Permission denied",
                            unprivileged=True)


class Dataset(CommandTestCase):
    def test_same_seed_same_photos(self):
        for folder, seed in (("a", 3), ("b", 3), ("c", 4)):
            self.call_ok("dataset", "--out", folder, "--count", 3, "--seed", seed)
        contents = []
        for folder in "abc":
            names = sorted(os.listdir(self.path(folder)))
            self.assertEqual(len(names), 3)
            contents.append([self.read_bytes(os.path.join(folder, name)) for name in names])
            self.assertTrue(all(photo.startswith(b"\xff\xd8") for photo in contents[-1]))
        self.assertTrue(contents[0] == contents[1])
        self.assertFalse(contents[0] == contents[2])

    def test_json_tells_what_was_made(self):
        self.assertEqual(self.call_json("dataset", "--out", "d", "--count", 2, "--seed", 7),
                         {"folder": "d", "images": 2, "seed": 7})

    def read_bytes(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def test_refuses(self):
        self.write("file", "x")
        self.assert_refused(("dataset",), "--out", "required")
        self.assert_refused(("dataset", "--out", "d", "--count", 0), "--count", "0")
        self.assert_refused(("dataset", "--out", "d", "--count", "x"), "--count", "'x'")
        outcome = self.call("dataset", "--out", "file", "--count", 1)
        self.assertEqual(outcome.code, cli.CANNOT_OPEN)
        self.assertTrue(re.match("batchsizer: .*file", outcome.err), outcome.err)


if __name__ == "__main__":
    cli.main()
