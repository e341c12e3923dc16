"""batchsizer manual, read by mandoc, which is strict."""
# needs: mandoc
import subprocess

import cli
from cli import CommandTestCase


class Mandoc(CommandTestCase):
    def test_it_has_nothing_to_say(self):
        self.write("batchsizer.1", self.call_ok("manual").out)
        done = subprocess.run(["mandoc", "-Tlint", "-W", "warning", self.path("batchsizer.1")],
                              capture_output=True, text=True, timeout=cli.HANGS_AFTER_S,
                              check=False)
        said = [line for line in (done.stdout + done.stderr).splitlines()
                if "missing date" not in line]  # the same build, the same page
        self.assertEqual(said, [])


if __name__ == "__main__":
    cli.main()
