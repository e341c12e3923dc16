"""batchsizer run: what it refuses, and what it says then."""
import json
import os

import cli
from cli import BAD_INPUT, CANNOT_OPEN, FAILED, MODEL, CommandTestCase
from run_test import FAST, P40, RunsPhotos
from simulate_test import CURVE, to_csv

CPU = ("--device", "cpu", "--meter", "estimate")


class RunBadModel(RunsPhotos, CommandTestCase):
    def test_what_is_no_model(self):
        with open(cli.model_file(), "rb") as file:
            model = file.read()
        self.write("cut.onnx", model[:len(model) // 2])
        self.write("text.onnx", "hello, I am not a model\n")
        self.write("empty.onnx", "")
        photo = self.photo_paths()[0]
        for name, words in ((photo, ("JPEG", ".onnx")), ("text.onnx", ("text", ".onnx")),
                            ("empty.onnx", ("empty",)), ("cut.onnx", ("truncated", "again")),
                            ("none.onnx", ("No such file",)), (self.folder, ("folder",))):
            for device in (P40, FAST, CPU):
                with self.subTest(name=name, device=device):
                    self.assert_refused(("run", "--model", name, "--images", cli.photos(),
                                         "--power-cap", 120, *device, "--json"),
                                        "--model", name, *words)

    def test_names_of_the_zoo(self):
        common = ("run", "--images", cli.photos(), "--power-cap", 120, *P40)
        self.assert_refused((*common, "--model", "zoo:mobilenet-v9"), "--model", "'mobilenet-v9'",
                            "'mobilenet-v1'")
        self.assert_refused((*common, "--model", "zoo:xyzzy"),
                            "batchsizer: --model: unknown network 'xyzzy'", "mobilenet-v1")
        self.assert_refused((*common, "--model", "zoo:../mobilenet-v1"), "../mobilenet-v1")
        self.assert_refused((*common, "--model", ""), "--model", "empty")
        self.assert_refused(common, "--model", "required")


class RunBadImages(RunsPhotos, CommandTestCase):
    def refuse(self, images, *words, **options):
        self.assert_refused(self.run_args(*FAST, "--json", images=images),
                            "--images", images, *words, **options)

    def test_folders(self):
        self.refuse("none", "No such file")
        os.mkdir(self.path("nothing"))
        self.refuse("nothing", "no images", ".jpg", ".png")
        self.write("texts/notes.txt", "x")
        self.refuse("texts", "no images", ".jpg", ".png")
        self.write("program", b"\x7fELF\x02\x01\x01")
        self.refuse("program", "is neither a folder", "archive", "list of paths")
        self.refuse("/dev/zero", "is a device", "folder")
        self.assert_refused(("run", "--model", MODEL, "--power-cap", 9, "--images", ""),
                            "--images", "empty")

    def make_unreadable(self, folder):
        """A folder that the program, started without privileges, may not read."""
        os.chmod(self.folder, 0o755)
        os.chmod(self.path(folder), 0o000)
        self.addCleanup(os.chmod, self.path(folder), 0o755)
        if self.call("inspect", cli.model_file(), unprivileged=True).code != 0:
            self.skipTest("the build folder cannot be read without privileges")

    def test_folder_that_cannot_be_read(self):
        self.copy_photos("locked", 2)
        self.make_unreadable("locked")
        self.refuse("locked", "Permission denied", unprivileged=True)

    def test_folder_within_that_cannot_be_read_is_named_and_the_rest_goes_on(self):
        self.copy_photos("photos", 2)
        os.mkdir(self.path("photos/locked"))
        self.make_unreadable("photos/locked")
        outcome = self.call(*self.run_args(*FAST, "--json", images="photos"), unprivileged=True)
        self.assertEqual(outcome.code, 0, outcome.err)
        self.assertIn("photos/locked", outcome.err)
        self.assertEqual(json.loads(outcome.out)["images"], 2)


class RunBadOptions(RunsPhotos, CommandTestCase):
    def refuse(self, args, *words, code=BAD_INPUT, cap=120):
        with self.subTest(args=args, cap=cap):
            self.assert_refused(self.run_args(*args, "--json", cap=cap), *words, code=code)

    def test_caps(self):
        for cap in ("0", "-1", "0W"):
            self.refuse(FAST, "--power-cap", f"'{cap}'", "above 0", cap=cap)
        for cap in ("nan", "inf", "12OW", "120WW", "W"):
            self.refuse(FAST, "--power-cap", f"'{cap}'", "120W, 70%", cap=cap)
        for cap in ("0%", "101%", "-5%"):
            self.refuse(FAST, "--power-cap", f"'{cap}'", "0% < cap <= 100%", cap=cap)
        self.refuse(FAST, "--power-cap", "empty", "120W, 70%", cap="")
        self.refuse(FAST, "--power-cap", "none.csv", "No such file", cap="trace:none.csv")
        self.write("cap.csv", "time_s,power_cap_w\n0,100\n5,90\n4,80\n")
        self.refuse(FAST, "--power-cap", "cap.csv:4", "ascend", cap="trace:cap.csv")
        self.write("power.csv", "time_s,power_w\n0,30\n10,30\n")
        self.refuse(("--device", "cpu", "--meter", "replay:power.csv"), "--power-cap", "'70%'",
                    "watts", cap="70%")

    def test_devices(self):
        for device, nearest in (("emulatd:p40", "emulated:p40"), ("cpuu", "cpu"),
                                ("cuda", "cuda:0"), ("emulated:p41", "p40")):
            self.refuse(("--device", device), "--device", nearest)
        for device in ("cuda:x", "cuda:", "cuda:-1", "cuda:99999"):
            self.refuse(("--device", device), f"--device: '{device}'", "'cuda:0'")
        self.refuse(("--device", "xyzzyxyzzy"), "'xyzzyxyzzy'", "cpu", "emulated:p40",
                    "emulated:curve=FILE")
        self.refuse(("--device", ""), "--device", "empty")
        self.refuse(("--device", "emulated:curve="), "--device", "emulated:curve=FILE")
        self.refuse(("--device", "emulated:curve=none.csv"), "--device", "none.csv", "No such file")
        self.write("bad.csv", to_csv(CURVE).replace("1,1000,100,60", "1,1000,-100,60"))
        self.refuse(("--device", "emulated:curve=bad.csv"), "--device", "bad.csv:3",
                    "throughput_ips", "-100")

    def test_an_engine_that_is_not_there_is_the_devices_fault(self):
        for device in ("cpu", "cuda:0", "emulated:p40"):
            outcome = self.assert_refused(
                self.run_args("--device", device, "--meter", "auto"), "--device: ", code=FAILED,
                BATCHSIZER_ONNXRUNTIME_ROOT=self.folder)
            self.assertNotIn("--model", outcome.err)

    def test_meters(self):
        self.refuse(("--device", "cpu", "--meter", "foo"), "--meter", "'foo'", "rapl",
                    "replay:FILE")
        self.refuse(("--device", "cpu", "--meter", "replay:none.csv"), "--meter", "none.csv")
        self.write("power.csv", "time,watts\n0,30\n")
        self.refuse(("--device", "cpu", "--meter", "replay:power.csv"), "power.csv:1",
                    "time_s,power_w")
        self.refuse((*FAST, "--meter", "estimate"), "--meter", "emulated")
        self.refuse((*CPU, "--no-outputs"), "--no-outputs", "cpu")

    def test_batch_sizes(self):
        for text, word in (("1,4,2", "2 stands after 4"), ("1,2,2", "2 stands after 2"),
                           ("", "empty"), ("0,1", "0 is not a batch size"), ("1,a", "'a'")):
            self.refuse((*FAST, "--batch-sizes", text), "--batch-sizes", word)
        self.write("curve.csv", to_csv(CURVE))
        curve = ("--device", "emulated:curve=curve.csv", "--no-outputs")
        self.refuse((*curve, "--batch-sizes", "1,64"), "--batch-sizes", "64", "1 to 32")
        self.refuse((*curve, "--policy", "fixed", "--batch", 64), "--batch", "64", "1 to 32")
        rows = [point for point in to_csv(CURVE).splitlines() if not point.startswith("1,")]
        self.write("curve.csv", "\n".join(rows))
        self.refuse((*curve, "--batch-sizes", "1,8"), "--batch-sizes", "2 to 32")

    def test_names(self):
        self.refuse((*FAST, "--policy", "batchsiser"), "'batchsiser'", "'batchsizer'")
        self.refuse((*FAST, "--policy", "xyzzy-9"), *cli.POLICIES)
        self.refuse((*FAST, "--preprocess", "foo"), "--preprocess", "foo", "imagenet")

    def test_numbers(self):
        for option, values in (("--alpha", ("0", "1.5", "nan")), ("--window", ("0", "-1")),
                               ("--repeat", ("0", "-1", "x")), ("--max-images", ("0", "-5", "1.5")),
                               ("--top", ("0",)), ("--threads", ("-1", "x")),
                               ("--decode-threads", ("-1", "many")), ("--memory", ("0", "1KiB", "x", "5XB")), ("--seed", ("-1", "x")),
                               ("--clock", ("0", "nan", "x")), ("--batch", ("0",))):
            for value in (*values, ""):
                self.refuse((*FAST, option, value), option)
        self.refuse((*FAST, "--threads", 5000), "--threads: 5000")
        self.refuse((*FAST, "--decode-threads", 5000), "--decode-threads: 5000")
        self.refuse((*FAST, "--clock", 1200), "1200 MHz", "1531")
        self.refuse((*FAST, "--image-size", 128), "128", "224")
        self.refuse((*CPU, "--clock", 1000), "--clock", "cpu", "cannot be set")

    def test_files_that_cannot_be_written(self):
        for option in ("--output", "--trace"):
            self.refuse((*FAST, option, "no/such/file"), option, "no/such/file", "No such file",
                        code=CANNOT_OPEN)
            self.refuse((*FAST, option, self.folder), option, self.folder, "directory",
                        code=CANNOT_OPEN)
            if os.path.exists("/dev/full"):
                self.refuse((*FAST, option, "/dev/full"), "/dev/full", "No space left",
                            code=FAILED)

    def test_files_of_other_kinds_are_not_written_over(self):
        photo = cli.png(9, 9, 9)
        self.write("photo.jpg", photo)
        for option in ("--output", "--trace"):
            self.refuse((*FAST, option, "photo.jpg"), option, "photo.jpg", "left as it is")
        self.assert_refused(("simulate", "--curve", self.write("c.csv", to_csv(CURVE)),
                             "--power-cap", 90, "--trace", "photo.jpg"), "--trace", "photo.jpg")
        with open(self.path("photo.jpg"), "rb") as file:
            self.assertEqual(file.read(), photo)

    def test_files_that_are_named_twice(self):
        self.call_ok("zoo", "build", "mobilenet-v1", "--output", "m.onnx")
        with open(self.path("m.onnx"), "rb") as file:
            model = file.read()
        self.write("c.csv", to_csv(CURVE))
        curve = ("--device", "emulated:curve=c.csv", "--no-outputs")
        for args in (("--output", "./m.onnx"), ("--output", "m.onnx", "--resume"),
                     ("--trace", self.path("m.onnx")), ("--output", "x", "--trace", "./x"),
                     ("--trace", "c.csv")):
            with self.subTest(args=args):
                self.assert_refused(("run", "--model", "m.onnx", "--images", self.photos(),
                                     "--power-cap", 90, *curve, *args), "name another one")
        with open(self.path("m.onnx"), "rb") as file:
            self.assertEqual(file.read(), model)

    def test_a_log_that_is_replayed_is_not_written(self):
        self.write("power.csv", "time_s,power_w\n0,30\n")
        for kind in ("replay", "replay-loop"):
            self.refuse(("--device", "cpu", "--meter", f"{kind}:power.csv", "--trace", "power.csv"),
                        "--trace", "--meter", "name another one")

    def test_what_cannot_start_leaves_the_results_of_the_run_before(self):
        self.write("r.jsonl", "precious\n")
        for args in (("--trace", "no/such/file"), ("--policy", "nonsense"),
                     ("--batch-sizes", "1,100000")):
            self.refuse((*FAST, "--output", "r.jsonl", *args))
            self.assertEqual(self.read("r.jsonl"), "precious\n")

    def test_resume(self):
        self.refuse((*FAST, "--resume"), "--resume", "--output")
        self.refuse((*FAST, "--resume", "--output", self.folder), "--resume", self.folder)
        contents = (b"hello\n", b"my only copy", b'{"a": 1}\n', b"\xff\xd8\xff\xe0 no results\n", b"[1, 2]\n")
        for content in contents:
            path = self.write("other", content)
            self.refuse((*FAST, "--resume", "--output", "other"), "--resume", "other:1",
                        "results file")
            with open(path, "rb") as file:
                self.assertEqual(file.read(), content)  # not touched


if __name__ == "__main__":
    cli.main()
