"""batchsizer inspect: the model's figures, expected curves, and what is no model."""
import json
import os

import cli
from cli import CANNOT_OPEN, MODEL, CommandTestCase


class InspectGood(CommandTestCase):
    def test_figures_of_mobilenet(self):
        model = self.call_json("inspect", MODEL)
        self.assertAlmostEqual(model["parameters"], 4.24e6, delta=0.01 * 4.24e6)
        self.assertAlmostEqual(model["macs"], 0.569e9, delta=0.02 * 0.569e9)
        shape = model["input"]
        self.assertEqual((shape["channels"], shape["height"], shape["width"]), (3, 224, 224))
        self.assertEqual(shape["batch"], "dynamic")
        self.assertEqual(model["file_bytes"], os.path.getsize(model["file"]))
        self.assertGreater(model["file_bytes"], 4 * model["parameters"] - 1e6)
        self.assertIs(model["generated_weights"], True)

    def test_expected_curve_rises(self):
        curve = self.call_json("inspect", MODEL, "--device", "p40")["expected"]["p40"]
        clocks = {point["clock_mhz"] for point in curve}
        self.assertGreater(len(clocks), 1)
        for clock in clocks:
            line = [point for point in curve if point["clock_mhz"] == clock]
            for key in ("batch", "throughput_ips", "power_w"):
                values = [point[key] for point in line]
                self.assertEqual(values, sorted(values), (clock, key))

    def test_its_curve_file_can_be_simulated(self):
        self.call_ok("inspect", MODEL, "--device", "p40", "--curve", "p40.csv")
        summary = self.call_json("simulate", "--curve", "p40.csv", "--power-cap", 120,
                                 "--policy", "oracle", "--duration", 20)
        self.assertAlmostEqual(summary["fraction_of_oracle"], 1, delta=0.01)

    def test_a_file_of_the_users_own(self):
        self.call_ok("zoo", "build", "mobilenet-v1", "--output", "my model.onnx")
        own, zoo = self.call_json("inspect", "my model.onnx"), self.call_json("inspect", MODEL)
        self.assertEqual(own["file"], "my model.onnx")
        self.assertEqual(own["macs"], zoo["macs"])

    def test_names_that_are_not_utf8(self):
        for args in (("zoo", "build", "mobilenet-v1", "--output"), ("inspect",)):
            self.assertEqual(self.call_json(*args, b"caf\xe9.onnx")["file"], "caf\ufffd.onnx")

    def test_says_the_same_to_people(self):
        outcome = self.call_ok("inspect", MODEL)
        for word in ("4.2", "0.569 GMACs", "3x224x224", "p40", "emulated",
                     "predictions mean nothing"):
            self.assertIn(word, outcome.out)


class InspectBadInput(CommandTestCase):
    def test_what_is_no_model(self):
        self.write("model.txt", "hello, I am not a model\n")
        self.write("empty.onnx", "")
        photo = sorted(os.listdir(cli.photos()))[0]
        with open(self.call_json("inspect", MODEL)["file"], "rb") as file:
            self.write("cut.onnx", file.read(1000000))
        for name, words in ((os.path.join(cli.photos(), photo), ("JPEG", ".onnx")),
                            ("model.txt", ("text", ".onnx")), ("empty.onnx", ("empty",)),
                            ("cut.onnx", ("truncated", "again")),
                            ("none.onnx", ("No such file",)), (self.folder, ("folder",))):
            with self.subTest(name=name):
                self.assert_refused(("inspect", name, "--json"), name, *words)
                self.assert_refused(("inspect", name), name, *words)

    def test_names(self):
        self.assert_refused(("inspect", "zoo:mobilenet-v9"), "'mobilenet-v9'", "'mobilenet-v1'")
        self.assert_refused(("inspect", "zoo:xyzzy"), "'xyzzy'", "mobilenet-v1")
        self.assert_refused(("inspect", "zoo:../mobilenet-v1"), "../mobilenet-v1")
        self.assert_refused(("inspect", MODEL, "--device", "p41"), "--device", "p41", "p40")
        self.assert_refused(("inspect",), "model", "required")
        self.assert_refused(("inspect", ""), "model", "empty")

    def test_image_size(self):
        self.assert_refused(("inspect", MODEL, "--image-size", 128), "128", "224")
        self.assert_refused(("inspect", MODEL, "--image-size", 0), "0", "1 to")
        self.assert_refused(("inspect", MODEL, "--image-size", "big"), "--image-size", "'big'")

    def test_curve_file_that_cannot_be_written(self):
        self.assert_refused(("inspect", MODEL, "--device", "p40", "--curve", "no/such/c.csv"),
                            "--curve", "no/such/c.csv", code=CANNOT_OPEN)
        self.assert_refused(("inspect", MODEL, "--curve", "c.csv"), "--device")


class Zoo(CommandTestCase):
    def test_builds_every_network_it_lists(self):
        names = self.call_ok("zoo", "list").out.split()
        self.assertIn("mobilenet-v1", names)
        self.assertEqual(self.call_json("zoo", "list"), {"networks": names})
        for name in names:
            self.call_ok("zoo", "build", name, "--output", "m.onnx")
            self.assertGreater(self.call_json("inspect", "m.onnx")["macs"], 1e8)

    def test_same_seed_same_file(self):
        def build(*args):
            self.call_ok("zoo", "build", "mobilenet-v1", "--output", "m.onnx", *args)
            with open(self.path("m.onnx"), "rb") as file:
                return file.read()

        first = build()
        self.assertTrue(first == build())
        self.assertFalse(first == build("--seed", 9))

    def test_what_is_no_file_is_written_and_stays_what_it_is(self):
        self.call_ok("zoo", "build", "mobilenet-v1", "--output", "/dev/null", unprivileged=True)
        # Through a link, and without privileges: a fault must not cost the machine its devices.
        os.symlink("/dev/full", self.path("full"))
        os.chmod(self.folder, 0o755)
        self.assert_refused(("zoo", "build", "mobilenet-v1", "--output", "full"), "full",
                            "No space left", code=cli.FAILED, unprivileged=True)
        self.assertTrue(os.path.islink(self.path("full")))

    def test_a_damaged_copy_in_the_cache_is_built_anew(self):
        def inspect():
            outcome = self.call_ok("inspect", MODEL, "--json", XDG_CACHE_HOME=self.folder)
            return json.loads(outcome.out)["file"]

        path = inspect()
        with open(path, "rb") as file:
            whole = file.read()
        before = os.stat(path)
        self.assertEqual(inspect(), path)
        self.assertEqual(os.stat(path).st_mtime_ns, before.st_mtime_ns)  # used as it is
        middle = len(whole) // 2
        for damaged in (b"", whole[:middle], whole[:-1], whole + b"x",
                        whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1:]):
            self.write(path, damaged)
            inspect()
            with open(path, "rb") as file:
                self.assertTrue(file.read() == whole)

    def test_refuses(self):
        self.assert_refused(("zoo", "build", "mobilenet-v9"), "'mobilenet-v9'", "'mobilenet-v1'")
        self.assert_refused(("zoo", "build"), "name", "required")
        self.assert_refused(("zoo",), "command", "list, build")
        self.assert_refused(("zoo", "lst"), "'lst'", "'list'")


if __name__ == "__main__":
    cli.main()
