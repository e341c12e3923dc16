"""batchsizer conform: the vectors of test/conformance, and vectors that are wrong."""
import copy
import glob
import json
import os

import cli
from cli import FAILED, CommandTestCase

VECTORS = sorted(glob.glob(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..",
                                        "conformance", "*.json")))
REQUIRED = ("batch_sizes", "alpha", "window", "initial_index", "cap_per_epoch", "power_per_batch",
            "variant")


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


BASE = {"variant": "cleared", "batch_sizes": [1, 2, 4, 8], "alpha": 0.8, "window": 2,
        "initial_index": 2, "cap_per_epoch": [100, 100, 100],
        "power_per_batch": [[50, 60], [110, 90], [85, 95]], "expected_batch_per_epoch": [2, 4, 2]}


class ConformGood(CommandTestCase):
    def test_there_are_vectors(self):
        self.assertGreaterEqual(len(VECTORS), 18)

    def test_all_conform(self):
        outcome = self.call_ok("conform", *VECTORS)
        self.assertEqual(outcome.out.splitlines(), ["ok   " + path for path in VECTORS])
        self.assertEqual(outcome.err, "")

    def test_print_needs_no_expectation_and_prints_one_array_a_file(self):
        paths, expected = [], []
        for number, vector in enumerate(map(load, VECTORS)):
            expected.append(vector.pop("expected_batch_per_epoch"))
            paths.append(self.write(f"{number}.json", json.dumps(vector)))
        outcome = self.call_ok("conform", "--print", *paths)
        self.assertEqual([json.loads(line) for line in outcome.out.splitlines()], expected)

    def test_json_is_one_object(self):
        report = self.call_json("conform", *VECTORS)
        self.assertEqual(report["failed"], 0)
        self.assertEqual([case["file"] for case in report["cases"]], VECTORS)
        for case in report["cases"]:
            self.assertIs(case["conforms"], True)
            self.assertEqual(case["batch_sizes"], load(case["file"])["expected_batch_per_epoch"])

    def test_json_and_print_are_one_object_without_a_verdict(self):
        self.write("bare.json", json.dumps({key: BASE[key] for key in REQUIRED}))
        self.assertEqual(self.call_json("conform", "--print", "bare.json", "bare.json"),
                         {"cases": 2 * [{"file": "bare.json", "batch_sizes": [2, 4, 2]}]})

    def test_names_that_are_not_utf8(self):
        with open(os.path.join(self.folder.encode(), b"caf\xe9.json"), "w",
                  encoding="utf-8") as file:
            json.dump(load(VECTORS[0]), file)
        report = self.call_json("conform", b"caf\xe9.json")
        self.assertEqual(report["cases"][0]["file"], "caf\ufffd.json")

    def test_quiet_says_nothing_when_all_is_well(self):
        outcome = self.call_ok("--quiet", "conform", *VECTORS)
        self.assertEqual((outcome.out, outcome.err), ("", ""))

    def test_a_vector_worked_out_by_hand(self):
        # Index 2 of 4. 60 W is below the band: up to ceil((2 + 4) / 2) = 3. 110 W is above the
        # cap: down to floor((1 + 3) / 2) = 2. 95 W is within the band.
        self.write("hand.json", json.dumps(dict(BASE, variant="text",
                                                expected_batch_per_epoch=[2, 4, 2])))
        self.assertEqual(self.call_ok("conform", "hand.json").out, "ok   hand.json\n")


class ConformDifferent(CommandTestCase):
    def test_any_changed_expectation_exits_1_and_is_shown(self):
        vector = load(VECTORS[0])
        for epoch in (0, 1, len(vector["expected_batch_per_epoch"]) - 1):
            changed = copy.deepcopy(vector)
            right = changed["expected_batch_per_epoch"][epoch]
            changed["expected_batch_per_epoch"][epoch] += 1
            self.write("changed.json", json.dumps(changed))
            outcome = self.call_ok("conform", VECTORS[1], "changed.json", code=FAILED)
            self.assertIn(f"ok   {VECTORS[1]}\n", outcome.out)
            self.assertIn(f"FAIL changed.json: epoch {epoch}: batch size {right}, "
                          f"expected {right + 1}\n", outcome.out)

    def test_too_few_or_too_many_expected_exits_1(self):
        vector = load(VECTORS[0])
        epochs = len(vector["expected_batch_per_epoch"])
        for expected in ([], vector["expected_batch_per_epoch"][:-1],
                         vector["expected_batch_per_epoch"] + [1]):
            self.write("changed.json", json.dumps(dict(vector, expected_batch_per_epoch=expected)))
            outcome = self.call_ok("conform", "changed.json", code=FAILED)
            self.assertIn(f"{epochs} epochs replayed, {len(expected)} expected", outcome.out)

    def test_json_and_quiet_tell_as_well(self):
        vector = load(VECTORS[0])
        vector["expected_batch_per_epoch"][1] += 1
        self.write("changed.json", json.dumps(vector))
        report = self.call_json("conform", VECTORS[1], "changed.json", code=FAILED)
        self.assertEqual(report["failed"], 1)
        self.assertEqual([case["conforms"] for case in report["cases"]], [True, False])
        outcome = self.call_ok("--quiet", "conform", VECTORS[1], "changed.json", code=FAILED)
        self.assertEqual(len(outcome.out.splitlines()), 1)


class ConformBadInput(CommandTestCase):
    def refuse(self, content, *words):
        text = content if isinstance(content, (str, bytes)) else json.dumps(content)
        self.write("bad.json", text)
        for mode in ((), ("--print",), ("--json",)):
            # A good file in front: still nothing on stdout.
            self.assert_refused(("conform", *mode, VECTORS[0], "bad.json"), "bad.json", *words)

    def test_each_missing_field_is_named(self):
        for field in REQUIRED:
            with self.subTest(field=field):
                vector = load(VECTORS[0])
                del vector[field]
                self.refuse(vector, f"'{field}' is missing", "is needed")

    def test_missing_expectation_is_named_unless_printing(self):
        vector = load(VECTORS[0])
        del vector["expected_batch_per_epoch"]
        self.write("bad.json", json.dumps(vector))
        self.assert_refused(("conform", "bad.json"), "bad.json",
                            "'expected_batch_per_epoch' is missing", "--print")

    def test_wrong_values_are_named(self):
        for field, values in (
                ("batch_sizes", ("x", [], [1, 1], [2, 1], [0, 2], ["1"], [1.5, 2], [True, 2], 3)),
                ("alpha", ("0.8", 0, 2, None, [0.8], True, -0.5)),
                ("window", (0, "1", 1.5, None, -1)),
                ("initial_index", (0, "1", 1.5, None)),
                ("cap_per_epoch", (5, ["a", 1, 1], [1, 1], [None, 1, 1])),
                ("power_per_batch", (3, [3, 3, 3], [["a"], [1], [1]], [[1], [1]], [[], [1], [1]],
                                     [[None], [1], [1]])),
                ("variant", ("literl", 3, None, "")),
                ("expected_batch_per_epoch", (3, ["a", 1, 1], [1.5, 2, 2], None))):
            for value in values:
                with self.subTest(field=field, value=value):
                    self.refuse(dict(BASE, **{field: value}), field.replace("_", " ").split()[0])
        self.refuse(dict(BASE, initial_index=5), "'initial_index' is 5", "4 batch sizes")
        self.refuse(dict(BASE, initial_index=99), "'initial_index' is 99", "4 batch sizes")
        self.refuse(dict(BASE, variant="literl"), "'literal'")

    def test_not_json_at_all(self):
        with open(os.path.join(cli.photos(), sorted(os.listdir(cli.photos()))[0]), "rb") as file:
            photo = file.read()
        for content, words in (("", ("JSON",)), ("hello", ("JSON", "line 1")), (photo, ("JSON",)),
                               ('{"alpha": 0.8,\n "window"', ("JSON", "line 2")),
                               ("[1, 2]", ("JSON object",)),
                               ('{"alpha": NaN}', ("JSON", "line 1"))):
            with self.subTest(content=content[:20]):
                self.refuse(content, *words)

    def test_no_such_file(self):
        self.assert_refused(("conform", "none.json"), "none.json", "No such file")
        self.assert_refused(("conform", self.folder), self.folder, "folder")
        self.assert_refused(("conform",), "files", "required")


if __name__ == "__main__":
    cli.main()
