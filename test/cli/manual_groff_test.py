"""batchsizer manual, set by groff, which man uses."""
# needs: groff
import subprocess

import cli
from cli import CommandTestCase


class Groff(CommandTestCase):
    def test_it_has_nothing_to_say(self):
        self.write("batchsizer.1", self.call_ok("manual").out)
        done = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-z", self.path("batchsizer.1")],
                              capture_output=True, text=True, timeout=cli.HANGS_AFTER_S,
                              check=False)
        said = [line for line in (done.stdout + done.stderr).splitlines()
                if "missing date" not in line]  # the same build, the same page
        self.assertEqual(said, [])


if __name__ == "__main__":
    cli.main()
