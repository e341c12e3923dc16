"""batchsizer completion fish, in fish itself."""
# needs: fish
import subprocess

import cli
from cli import CommandTestCase


class Fish(CommandTestCase):
    def setUp(self):
        super().setUp()
        self.write("script.fish", self.call_ok("completion", "fish").out)

    def fish(self, *args):
        done = subprocess.run(["fish", "--no-config", *args], cwd=self.folder, capture_output=True,
                              text=True, timeout=cli.HANGS_AFTER_S, check=False,
                              env=dict(cli.environment(), HOME=self.folder))
        self.assertEqual((done.returncode, done.stderr), (0, ""), args)
        return done.stdout

    def complete(self, line):
        """What fish offers, without the descriptions."""
        out = self.fish("-c", "source script.fish; complete -C $argv[1]", line)
        return sorted(offer.split("\t")[0] for offer in out.splitlines())

    def test_its_syntax_is_right(self):
        self.fish("-n", "script.fish")

    def test_commands_and_options(self):
        self.assertEqual(self.complete("batchsizer sim"), ["simulate"])
        self.assertEqual(self.complete("batchsizer zoo "), ["build", "import", "list",
                                                             "weights"])
        self.assertIn("--power-cap", self.complete("batchsizer run --p"))
        self.assertNotIn("--noise", self.complete("batchsizer run --"))
        self.assertEqual(self.complete("batchsizer run --js"), ["--json"])
        self.assertEqual(self.complete("batchsizer --config zoo sim"), ["simulate"])

    def test_values(self):
        policies = sorted(name for name in cli.POLICIES if name.startswith("pap"))
        self.assertEqual(self.complete("batchsizer run --policy pap"), policies)
        self.assertEqual(self.complete("batchsizer run --policy=fi"), ["--policy=fixed"])
        self.assertEqual(self.complete("batchsizer completion "), ["bash", "fish", "zsh"])

    def test_files_and_folders(self):
        self.write("data/curve.csv", "")
        self.assertEqual(self.complete("batchsizer run --trace data/c"), ["data/curve.csv"])
        self.assertEqual(self.complete("batchsizer run --images da"), ["data/"])
        self.assertEqual(self.complete("batchsizer run --power-cap file:data/c"),
                         ["file:data/curve.csv"])
        self.assertIn("emulated:curve=", self.complete("batchsizer run --device emul"))

    def test_descriptions(self):
        out = self.fish("-c", "source script.fish; complete -C 'batchsizer run --no-o'")
        self.assertIn("nothing is computed", out)


if __name__ == "__main__":
    cli.main()
