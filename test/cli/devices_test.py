"""batchsizer devices: what there is, and what to do about what there is not."""
import cli
from cli import CommandTestCase


class Devices(CommandTestCase):
    def test_lists_accelerators_and_meters(self):
        found = self.call_json("devices")
        accelerators = {row["device"]: row["usable"] for row in found["accelerators"]}
        self.assertLessEqual({"cpu", "emulated:p40", "emulated:curve=FILE"}, set(accelerators))
        self.assertTrue(accelerators["cpu"] and accelerators["emulated:p40"])
        meters = {row["meter"]: row for row in found["meters"]}
        self.assertLessEqual({"rapl", "hwmon", "estimate", "replay:FILE"}, set(meters))
        self.assertIs(meters["estimate"]["usable"], True)
        self.assertIs(meters["estimate"]["estimated"], True)

    def test_says_why_something_is_not_usable(self):
        found = self.call_json("devices")
        for row in found["accelerators"] + found["meters"] + found["clock_knobs"]:
            if not row["usable"]:
                self.assertGreater(len(row["note"]), 20, row)

    def test_says_the_same_to_people(self):
        outcome = self.call_ok("devices")
        for row in self.call_json("devices")["meters"]:
            self.assertIn(row["meter"], outcome.out)
        self.assertIn("emulated:p40", outcome.out)
        self.assertEqual(outcome.err, "")

    def test_takes_no_arguments(self):
        self.assert_refused(("devices", "cpu"), "'cpu'")
        self.assert_refused(("devices", "--all"), "'--all'", "devices")


if __name__ == "__main__":
    cli.main()
