"""batchsizer manual: that it holds everything; how it is set, in files of its own."""
import re

import cli
from cli import CommandTestCase
from usage_test import all_commands, options_of


class Manual(CommandTestCase):
    def test_it_has_every_section_command_and_option(self):
        text = self.call_ok("manual").out.replace("\\-", "-").replace("\\&", "")
        sections = re.findall(r"^\.SH (.*)$", text, re.MULTILINE)
        self.assertEqual(sections, ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "COMMANDS",
                                    "FILES", "ENVIRONMENT", "SIGNALS", "EXIT STATUS", "EXAMPLES",
                                    "SEE ALSO"])
        parts = dict(re.findall(r"^\.SS batchsizer ([a-z ]+)\n(.*?)(?=^\.S[SH] )", text,
                                re.MULTILINE | re.DOTALL))
        parts[""] = text.split(".SH OPTIONS")[1].split(".SH COMMANDS")[0]
        for command in all_commands(self):
            if command in (("zoo",), ("experiment",)):
                continue  # what they do is in their commands
            part = parts[" ".join(command)]
            for name in options_of(self, command):
                if name != "help" or not command:
                    self.assertRegex(part, rf"\\f[BI](--)?{name}\\fR", command)
            if command:
                self.assertIn("batchsizer " + " ".join(command), part.split("Examples:")[1])
        for code in ("0", "1", "2", "3", "130"):
            self.assertIn(f".B {code}\n", text.split(".SH EXIT STATUS")[1])


if __name__ == "__main__":
    cli.main()
