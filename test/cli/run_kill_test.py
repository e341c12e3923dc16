"""batchsizer run: killed at any moment and resumed, it loses nothing and does nothing twice."""
import csv
import json
import os
import random
import re
import subprocess
import time

import cli
from cli import CommandTestCase
from run_test import FAST, P40, RunsPhotos, results

IMAGES = 480


class RunKilled(RunsPhotos, CommandTestCase):
    """A run that is killed (SIGKILL) again and again, each time at another moment, and
    resumed each time, against one that nobody disturbs. Seeded; what differs from one
    machine to the next is only where in the work a kill falls."""

    def setUp(self):
        super().setUp()
        os.mkdir(self.path("images"))
        for number in range(IMAGES):
            content = "x" * number if number % 37 == 5 else cli.png(4, 4, number % 256)
            self.write(f"images/{number:03}.png", content)
        self.rng = random.Random(20)

    def run_of(self, output, *args):
        return [cli.binary(), *map(str, self.run_args(
            *args, "--batch-sizes", "1,2,4", "--output", output, "--quiet", images="images"))]

    def kill_one(self, output, *args):
        """Starts a run and kills it at a random moment; False when it was done before."""
        path = self.path(output)
        size = os.path.getsize(path) if os.path.exists(path) else 0
        grown = size + self.rng.choice((0, 1, 1, self.rng.randrange(1500)))
        delay = self.rng.random() * 0.004
        with subprocess.Popen(self.run_of(output, *args), cwd=self.folder, env=cli.environment(),
                              stderr=subprocess.PIPE) as process:
            started = time.monotonic()
            while process.poll() is None and time.monotonic() < started + cli.HANGS_AFTER_S:
                if os.path.exists(path) and os.path.getsize(path) >= grown:
                    break
            time.sleep(delay)
            process.kill()
            said = process.communicate()[1].decode()
            self.assertIn(process.returncode, (0, -9), said)
            return process.returncode != 0

    def kill_often(self, times, check, output, *args):
        """Kills so many runs; what is complete, in between and at the end, is checked."""
        kills = 0
        resume = ()
        while kills < times:
            killed = self.kill_one(output, *args, *resume)
            kills += killed
            resume = ("--resume",)
            if not killed:  # it was faster: from the start again
                check()
                os.remove(self.path(output))
                resume = ()
        done = subprocess.run(self.run_of(output, *args, "--resume"), cwd=self.folder,
                              env=cli.environment(), stderr=subprocess.PIPE, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        check()

    def undisturbed(self, output, *args):
        subprocess.run(self.run_of(output, *args), cwd=self.folder, env=cli.environment(),
                       stderr=subprocess.DEVNULL, check=True)

    @staticmethod
    def without_batches(text):
        return re.sub(r'"batch_size":\d+,"batch":\d+', "", text)

    def test_killed_sixty_times_the_file_is_the_same(self):
        self.undisturbed("whole.jsonl", *FAST)
        whole = self.without_batches(self.read("whole.jsonl"))
        self.assertEqual(whole.count("\n"), IMAGES)

        def check():
            self.assertEqual(self.without_batches(self.read("r.jsonl")), whole)

        self.kill_often(60, check, "r.jsonl", *FAST)

    def test_killed_twenty_times_unordered_each_image_is_there_once(self):
        names = [f"images/{number:03}.png" for number in range(IMAGES)]

        def check():
            with open(self.path("r.csv"), encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file))
            self.assertEqual(sorted(row["image"] for row in rows), names)
            self.assertEqual({row["image"] for row in rows if row["error"]}, set(names[5::37]))

        self.kill_often(20, check, "r.csv", *FAST, "--unordered", "--decode-threads", 3)

    def test_killed_twenty_times_the_outputs_are_the_same(self):
        args = (*P40, "--max-images", 60)
        self.undisturbed("whole.jsonl", *args)
        expected = results(self.path("whole.jsonl"))

        def check():
            for whole, line in zip(expected, results(self.path("r.jsonl")), strict=True):
                self.assertEqual((line["image"], line.get("error")),
                                 (whole["image"], whole.get("error")))
                # The sums of another batch size may round another way.
                for best, entry in zip(whole.get("top", ()), line.get("top", ()), strict=True):
                    self.assertEqual(entry["class"], best["class"])
                    self.assertAlmostEqual(entry["score"], best["score"], places=4)

        self.kill_often(20, check, "r.jsonl", *args)


class RunRebooted(RunsPhotos, CommandTestCase):
    """What a machine leaves that stops: torn lines, zeros, half a journal."""

    photos = staticmethod(cli.thumbnails)

    def setUp(self):
        super().setUp()
        self.run_json(*FAST, "--output", "r.jsonl")
        self.whole = self.read("r.jsonl")
        self.journal = self.read("r.jsonl.journal")
        self.header = self.journal.index("\n") + 1

    def resume(self, *args):
        return self.call(*self.run_args(*FAST, "--resume", "--output", "r.jsonl", *args))

    def leave(self, results_text, journal_text):
        self.write("r.jsonl", results_text)
        self.write("r.jsonl.journal", journal_text)

    def assert_completed(self, *words):
        outcome = self.resume("--json")
        self.assertEqual(outcome.code, 0, outcome.err)
        for word in words:
            self.assertIn(word, outcome.err)
        self.assert_each_once("r.jsonl", self.photo_paths())
        return json.loads(outcome.out)["images"]

    def assert_refused_and_left(self, *words, args=()):
        before = [self.read(name) for name in ("r.jsonl", "r.jsonl.journal")]
        self.assert_refused(self.run_args(*FAST, "--resume", "--output", "r.jsonl", *args),
                            "--resume", *words)
        self.assertEqual([self.read(name) for name in ("r.jsonl", "r.jsonl.journal")], before)

    def test_a_torn_or_zeroed_end_is_cut_off(self):
        half = self.whole[:len(self.whole) // 2]
        for end in ('{"image":"torn', "\0" * 4096, '{"image":"x","to\0\0\0\n' + self.whole[:80]):
            with self.subTest(end=end[:20]):
                kept = half[:half.rindex("\n") + 1]
                self.leave(kept + end, self.journal[:self.header])
                self.assertEqual(self.assert_completed("torn"),
                                 cli.PHOTO_COUNT - kept.count("\n"))

    def test_half_a_journal_counts_as_far_as_it_is_whole(self):
        last = len(self.journal) - 1
        for cut in (self.header, self.header + 1, (self.header + last) // 2, last):
            with self.subTest(cut=cut):
                self.leave(self.whole[:-30], self.journal[:cut])
                self.assertEqual(self.assert_completed(), 1)

    def test_a_journal_damaged_at_its_start_is_refused(self):
        for journal in (self.journal[:self.header // 2], "diary\n",
                        self.journal.replace("model", "mmdel", 1)):
            with self.subTest(journal=journal[:10]):
                self.leave(self.whole, journal)
                self.assert_refused_and_left("r.jsonl.journal", "remove this file")

    def test_a_journal_that_never_reached_the_disk_is_none(self):
        for journal in ("", "\0" * 512):
            self.leave(self.whole[:-30], journal)
            self.assert_completed("has no journal")

    def test_results_that_the_journal_does_not_know_are_refused(self):
        self.leave(self.whole[:-1], self.journal)
        self.assert_refused_and_left(f"was cut to {len(self.whole) - 1} bytes",
                                     f"knows of {len(self.whole)} bytes", "remove")
        self.leave(self.whole.replace('"batch":0', '"batch":7', 1), self.journal)
        self.assert_refused_and_left("was changed", "remove")

    def test_a_journal_of_another_run_is_refused(self):
        self.run_json(*FAST, "--output", "other.jsonl", "--max-images", 3)
        self.leave(self.whole, self.read("other.jsonl.journal").replace("other", "r"))
        self.assertEqual(self.assert_completed(), 0)  # it knows the same first lines
        self.run_json(*FAST, "--output", "other.jsonl", "--max-images", 3, "--batch-sizes", 3)
        self.leave(self.whole, self.read("other.jsonl.journal"))
        self.assert_refused_and_left("the journal is of another one")

    def test_another_model_input_or_output_is_refused_by_name(self):
        self.copy_photos("photos", 2)
        with open(cli.model_file(), "rb") as file:
            self.write("m.onnx", file.read())
        for args, words in ((("--top", 3), ("top: was 5, is now 3",)),
                            (("--preprocess", "raw"), ("preprocessing: was imagenet", "raw")),
                            (("--output-format", "csv"), ("output format: was jsonl, is now csv",))):
            with self.subTest(args=args):
                self.assert_refused_and_left("another run", *words, "leave out --resume", args=args)
        common = ("run", "--power-cap", 120, *P40, "--resume", "--output", "r.jsonl", "--images")
        self.assert_refused((*common, "photos", "--model", cli.MODEL, "--no-outputs"),
                            "images: was", "photos")
        self.assert_refused((*common, self.photos(), "--model", cli.MODEL), "outputs: was none")
        # The same model by another name is the same; with two bytes more it is not.
        self.call_ok(*common, self.photos(), "--model", "m.onnx", "--no-outputs")
        with open(self.path("m.onnx"), "ab") as file:
            file.write(b"\x3a\x00")  # another, empty graph field merged in: the same network
        self.assert_refused((*common, self.photos(), "--model", "m.onnx", "--no-outputs"),
                            f"model: was {cli.MODEL} (", "is now m.onnx (")


if __name__ == "__main__":
    cli.main()
