"""batchsizer run: how the model gets its pixels, and files of every kind."""
import os
import shutil

from cli import MODEL, CommandTestCase
from run_test import FAST, P40, RunsPhotos, results

IMAGES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data", "images")


class RunPreprocessing(RunsPhotos, CommandTestCase):
    def tops(self, *options):
        """Classes and scores of two photos."""
        self.call_ok(*self.run_args(*P40, "--max-images", 2, "--output", "r.jsonl", *options))
        return [line["top"] for line in results(self.path("r.jsonl"))]

    def test_presets_are_their_numbers(self):
        self.assertEqual(self.tops(), self.tops("--mean", "0.485,0.456,0.406",
                                                "--std", "0.229,0.224,0.225", "--scale", "1/255"))
        self.assertEqual(self.tops("--preprocess", "inception"),
                         self.tops("--mean", "0.5", "--std", "0.5"))
        self.assertEqual(self.tops("--preprocess", "raw"),
                         self.tops("--mean", "0", "--std", "1", "--scale", "1"))

    def test_each_option_tells(self):
        usual = self.tops()
        for option in (("--mean", "0.1"), ("--std", "0.5,0.6,0.7"), ("--scale", "0.01"),
                       ("--crop-fraction", "0.5")):
            with self.subTest(option=option):
                self.assertNotEqual(self.tops(*option), usual)
        self.assertEqual(self.tops("--layout", "nchw"), usual)

    def test_lists_in_a_configuration_file(self):
        usual = self.tops("--mean", "0.1,0.2,0.3", "--crop-fraction", "1")
        for mean in ('"0.1,0.2,0.3"', "[0.1, 0.2, 0.3]"):
            self.write("c.toml", f"[run]\nmean = {mean}\ncrop-fraction = 1.0\n")
            self.assertEqual(self.tops("--config", "c.toml"), usual)


class RunBadPreprocessing(RunsPhotos, CommandTestCase):
    def refuse(self, *options, words=()):
        self.assert_refused(self.run_args(*FAST, *options), options[0], *words)

    def test_numbers(self):
        for value, word in (("x", "'x'"), ("1,2", "2 numbers"), ("0,0,0,0", "4 numbers"),
                            ("nan", "'nan'"), ("0.1,,0.2", "''"), ("-0.1", "-0.1"),
                            ("123.7,116.3,103.5", "--scale 1")):
            self.refuse("--mean", value, words=(word,))
        for value in ("0", "-1", "x", "1,0,1", "inf"):
            self.refuse("--std", value)
        for value in ("0", "-1", "x", "nan", "1e-60"):
            self.refuse("--scale", value)
        for value in ("0", "0.05", "1.5", "x", "nan"):
            self.refuse("--crop-fraction", value)
        for value in ("0", "-5", "x", "1.5"):
            self.refuse("--max-pixels", value)

    def test_layout(self):
        self.refuse("--layout", "hwcn", words=("'hwcn'", "nchw", "nhwc", "auto"))
        self.assert_refused(self.run_args(*FAST, "--layout", "nhwc"), MODEL.split(":")[-1], "nhwc",
                            "224 channels")


class RunKindsOfFiles(RunsPhotos, CommandTestCase):
    def test_every_kind_is_used(self):
        os.mkdir(self.path("kinds"))
        for name in os.listdir(IMAGES):
            stem, extension = os.path.splitext(name)
            if extension in (".jpg", ".png") and stem != "references":
                shutil.copy(os.path.join(IMAGES, name), self.path("kinds"))
            elif extension == ".webp":  # told by its content
                shutil.copy(os.path.join(IMAGES, name), self.path(f"kinds/{stem}-webp.jpg"))
        summary = self.run_json(*P40, images=self.path("kinds"))
        self.assertEqual(summary["failed_images"], 0)
        self.assertEqual(summary["images"], len(os.listdir(self.path("kinds"))))

    def test_limit_on_pixels(self):
        names = self.copy_photos("photos", 2)
        self.call(*self.run_args(*P40, "--max-pixels", 1000, "--output", "r.jsonl",
                                 images=self.path("photos")))
        errors = [line.get("error", "") for line in results(self.path("r.jsonl"))]
        self.assertEqual(len(errors), len(names))
        for error in errors:
            self.assertIn("more than the limit of 0.001 million pixels", error)


if __name__ == "__main__":
    import cli
    cli.main()
