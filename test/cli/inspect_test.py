"""batchsizer inspect: the model's figures, expected curves, and what is no model."""
import os
import signal
import subprocess
import time

import cli
from cli import CANNOT_OPEN, MODEL, CommandTestCase

# Table 1 of the paper: frozen graph in MB, complexity.
NETWORKS = {"inception-v1": (26.06, 13.22), "inception-v2": (43.92, 22.34),
            "inception-v3": (93.42, 54.25), "mobilenet-v1": (16.69, 8.42),
            "mobilenet-v2": (13.75, 6.94), "nasnet-mobile": (21.37, 10.51),
            "pnasnet-mobile": (20.37, 10.06), "resnet-v2-50": (100.21, 51.01),
            "resnet-v2-101": (174.82, 88.89), "resnet-v2-152": (236.32, 120.08)}


class InspectGood(CommandTestCase):
    def test_figures_of_mobilenet(self):
        model = self.call_json("inspect", MODEL)
        self.assertAlmostEqual(model["parameters"], 4.24e6, delta=0.01 * 4.24e6)
        self.assertAlmostEqual(model["macs"], 0.569e9, delta=0.02 * 0.569e9)
        shape = model["input"]
        self.assertEqual((shape["channels"], shape["height"], shape["width"]), (3, 224, 224))
        self.assertEqual(shape["batch"], "dynamic")
        self.assertEqual(model["file"], MODEL)
        self.assertEqual(model["file_bytes"], os.path.getsize(cli.model_file()))
        self.assertGreater(model["file_bytes"], 4 * model["parameters"] - 1e6)
        self.assertIs(model["generated_weights"], True)

    def test_expected_curve_rises(self):
        told = self.call_json("inspect", MODEL, "--device", "p40")
        self.assertEqual(self.call_json("inspect", MODEL, "--device", "emulated:p40"), told)
        curve = told["expected"]["p40"]
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
        self.assertEqual(own.pop("file"), "my model.onnx")
        self.assertEqual(zoo.pop("file"), MODEL)
        self.assertEqual(own, zoo)

    def test_a_network_of_the_zoo_needs_no_file(self):
        outcome = self.call_ok("inspect", "zoo:resnet-v2-152", XDG_CACHE_HOME=self.folder)
        self.assertIn("60.31 M parameters", outcome.out)
        self.assertEqual(os.listdir(self.folder), [])

    def test_a_network_of_the_zoo_beside_table_1(self):
        model = self.call_json("inspect", "zoo:inception-v1")
        published = model["published"]
        self.assertEqual((model["zoo"], published["title"]), ("inception-v1", "Inception V1"))
        self.assertEqual((published["frozen_graph_mb"], published["complexity"]), (26.06, 13.22))
        self.assertAlmostEqual(published["complexity_per_million_parameters"], 2, delta=0.02)
        self.assertAlmostEqual(published["million_macs_per_complexity"], 113, delta=2)
        text = self.call_ok("inspect", "zoo:inception-v1").out
        for word in ("26.06", "13.22", "2.00 x the parameters in millions", "113 times",
                     published["source"]):
            self.assertIn(word, text)
        self.assertEqual(text.count(published["source"]), 2)  # of parameters and multiply-adds
        self.assertNotRegex(text, r" \n")
        self.assertIn("2.00 x with those of the auxiliary head",
                      self.call_ok("inspect", "zoo:inception-v3").out)

    def test_a_model_that_is_none_of_the_zoo_is_beside_nothing(self):
        with open(cli.model_file(), "rb") as file:
            model = file.read()
        self.assertIn(b"batchsizer.zoo", model)
        self.write("m.onnx", model.replace(b"batchsizer.zoo", b"batchsizer.nix"))
        self.assertNotIn("published", self.call_json("inspect", "m.onnx"))
        self.assertNotIn("Table 1", self.call_ok("inspect", "m.onnx").out)

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
        with open(cli.model_file(), "rb") as file:
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
        for device in ("p41", "emulated:p41"):
            self.assert_refused(("inspect", MODEL, "--device", device), "--device", "p41", "p40")
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
    def test_lists_the_networks_beside_table_1(self):
        names = self.call_ok("zoo", "list", "--quiet").out.split()
        self.assertEqual(names, list(NETWORKS))
        rows = self.call_json("zoo", "list")["networks"]
        self.assertEqual([row["name"] for row in rows], names)
        lines = self.call_ok("zoo", "list").out.split("\n")[1:]
        for row, line, (size, complexity) in zip(rows, lines, NETWORKS.values()):
            self.assertEqual(line.split()[0], row["name"])
            self.assertEqual(line.split()[-2:], [f"{size:.2f}", f"{complexity:.2f}"])
            self.assertIn(f"{row['parameters'] / 1e6:.2f}", line)
            self.assertEqual(row["published"]["frozen_graph_mb"], size)
            self.assertAlmostEqual(row["file_bytes"] / 1e6, size, delta=0.05 * size)
            self.assertGreater(row["macs"], 2e8)

    def test_builds_all_into_a_folder(self):
        outcome = self.call_ok("zoo", "build", "all", "--output", "new/networks")
        files = [f"{name}.onnx" for name in NETWORKS]
        self.assertEqual(sorted(os.listdir(self.path("new/networks"))), sorted(files))
        places = [outcome.out.index(os.path.join("new/networks", name)) for name in files]
        self.assertEqual(places, sorted(places))
        rows = self.call_json("zoo", "list")["networks"]
        for row in rows:
            path = os.path.join("new/networks", row["name"] + ".onnx")
            self.assertEqual(os.path.getsize(self.path(path)), row["file_bytes"])
            model = self.call_json("inspect", path)
            self.assertEqual((model["zoo"], model["macs"]), (row["name"], row["macs"]))

    def test_an_interrupt_tells_what_is_built(self):
        names = list(NETWORKS)
        for number in (signal.SIGINT, signal.SIGTERM):
            folder = f"networks-{number}"
            with subprocess.Popen([cli.binary(), "zoo", "build", "all", "--output", folder],
                                  cwd=self.folder, env=cli.environment(), text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
                self.addCleanup(program.kill)
                deadline = time.monotonic() + cli.HANGS_AFTER_S
                while not os.path.exists(self.path(f"{folder}/{names[0]}.onnx")):
                    self.assertLess(time.monotonic(), deadline)
                    time.sleep(0.001)
                program.send_signal(number)
                out, err = program.communicate(timeout=cli.HANGS_AFTER_S)
            self.assertEqual(program.returncode, cli.INTERRUPTED, err)
            built = os.listdir(self.path(folder))
            self.assertLess(len(built), len(names))
            self.assertEqual(sorted(built), [f"{name}.onnx" for name in names[:len(built)]])
            self.assertIn(f"interrupted: {len(built)} of 10 networks are built", err)
            self.assertEqual(out.count("\n"), len(built))

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
        path = self.path("batchsizer/zoo/mobilenet-v1.onnx")

        def run():
            self.call_ok("run", "--model", MODEL, "--images", cli.photos(), "--max-images", 1,
                         "--power-cap", 200, "--device", "emulated:p40", "--no-outputs",
                         XDG_CACHE_HOME=self.folder)
            with open(path, "rb") as file:
                return file.read()

        whole = run()
        before = os.stat(path)
        self.assertTrue(run() == whole)
        self.assertEqual(os.stat(path).st_mtime_ns, before.st_mtime_ns)  # used as it is
        middle = len(whole) // 2
        for damaged in (b"", whole[:middle], whole[:-1], whole + b"x",
                        whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1:]):
            self.write(path, damaged)
            self.assertTrue(run() == whole)

    def test_refuses(self):
        self.assert_refused(("zoo", "build", "mobilenet-v9"), "'mobilenet-v9'", "'mobilenet-v1'")
        self.assert_refused(("zoo", "build"), "name", "required")
        self.write("file", "")
        self.assert_refused(("zoo", "build", "all", "--output", "file"), "--output", "file",
                            "cannot be made")
        self.assert_refused(("zoo",), "command", "list, build")
        self.assert_refused(("zoo", "lst"), "'lst'", "'list'")


if __name__ == "__main__":
    cli.main()
