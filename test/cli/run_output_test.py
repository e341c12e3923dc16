"""batchsizer run: formats and order of the results, and what can happen to their file."""
import csv
import json
import os
import resource
import shutil
import signal
import subprocess
import unittest

import cli
from cli import BAD_INPUT, CANNOT_OPEN, FAILED, CommandTestCase
from run_test import FAST, P40, RunsPhotos, results


class RunOutputFormats(RunsPhotos, CommandTestCase):
    photos = staticmethod(cli.thumbnails)

    def rows(self, name):
        with open(self.path(name), encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file, strict=True))

    def test_csv_has_what_json_has(self):
        odd = ('comma,"quote".png', "two\nlines.png", " blank.png", "Grüße.png")
        for number, name in enumerate(odd):
            self.write("odd/" + name, cli.png(9, 9, 50 * number))
        self.write("odd/broken.png", "x, \"y\"")
        for name in ("r.jsonl", "r.csv"):
            self.run_json(*P40, "--output", name, "--top", 3, "--batch-sizes", 2, images="odd")
        lines, rows = results(self.path("r.jsonl")), self.rows("r.csv")
        self.assertEqual(len(rows), len(odd) + 1)
        for line, row in zip(lines, rows, strict=True):
            self.assertEqual(row["image"], line["image"])
            self.assertEqual(row["error"], line.get("error", ""))
            self.assertEqual([row["batch_size"], row["batch"]],
                             [str(line.get(key, "")) for key in ("batch_size", "batch")])
            for place, entry in enumerate(line.get("top", ()), 1):
                self.assertEqual(row[f"class{place}"], str(entry["class"]))
                self.assertAlmostEqual(float(row[f"score{place}"]), entry["score"], places=5)
        self.assertEqual(list(rows[0])[-2:], ["class3", "score3"])

    def test_the_format_may_be_named(self):
        self.run_json(*FAST, "--output", "a.txt", "--output-format", "csv")
        self.assertEqual(len(self.rows("a.txt")), cli.PHOTO_COUNT)
        self.assert_refused(self.run_args(*FAST, "--output", "a", "--output-format", "xml"),
                            "--output-format", "xml", "jsonl")
        self.assert_refused(self.run_args(*FAST, "--output-format", "csv"), "--output")
        self.assert_refused(self.run_args(*FAST, "--output", "a.parquet"), "--output", "Parquet",
                            "COPY")

    def test_lines_are_in_the_order_of_the_images_broken_ones_too(self):
        names = [f"{number:03}.png" for number in range(200)]
        for number, name in enumerate(names):
            self.write("mixed/" + name, "x" if number % 3 == 1 else cli.png(8, 8, number))
        for name in ("r.jsonl", "u.jsonl"):
            unordered = ("--unordered",) if name == "u.jsonl" else ()
            self.run_json(*FAST, "--output", name, "--decode-threads", 4, *unordered,
                          images="mixed")
            self.assert_each_once(name, ["mixed/" + image for image in names])
        self.assertEqual([line["image"] for line in results(self.path("r.jsonl"))],
                         ["mixed/" + image for image in names])

    def test_a_csv_file_cut_anywhere_is_completed(self):
        self.write("odd/a,\n\"b\".png", cli.png(9, 9, 1))
        self.write("odd/c.png", "x")
        self.run_json(*FAST, "--output", "r.csv", images="odd")
        whole = self.read("r.csv")
        for cut in range(0, len(whole), 7):
            with self.subTest(cut=cut):
                self.write("r.csv", whole[:cut])
                os.remove(self.path("r.csv.journal"))
                outcome = self.call(*self.run_args(*FAST, "--output", "r.csv", "--resume",
                                                   images="odd"))
                # With nothing but the broken one left, none could be used.
                self.assertIn(outcome.code, (cli.DONE, FAILED), outcome.err)
                self.assertEqual([row["image"] for row in self.rows("r.csv")],
                                 ["odd/a,\n\"b\".png", "odd/c.png"])


class RunOutputFaults(RunsPhotos, CommandTestCase):
    photos = staticmethod(cli.thumbnails)

    def start(self, *args, **options):
        process = subprocess.Popen(
            [cli.binary(), *map(str, self.run_args(*FAST, *args))], cwd=self.folder, text=True,
            env=cli.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
        self.addCleanup(process.__exit__, None, None, None)
        self.addCleanup(process.kill)
        return process

    def test_a_full_disk_is_told_and_the_rest_can_be_done_later(self):
        """A limit on the size of files stands for the disk."""
        process = self.start("--output", "r.jsonl", "--repeat", 1000000)
        while not os.path.exists(self.path("r.jsonl")) or not self.read("r.jsonl"):
            self.assertIsNone(process.poll())
        room = os.path.getsize(self.path("r.jsonl")) + 100001
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (room, room))
        said = process.communicate(timeout=cli.HANGS_AFTER_S)[1]
        self.assertEqual(process.returncode, FAILED, said)
        self.assertIn("r.jsonl: cannot be written", said)
        self.assertIn("--resume", said)
        text = self.read("r.jsonl")
        self.assertTrue(text.endswith("\n"))
        lines = text.count("\n")
        self.assertIn(f"its {lines} lines are whole", said)
        wanted = lines + 100
        rounds = wanted // cli.PHOTO_COUNT + 1
        self.run_json(*FAST, "--output", "r.jsonl", "--resume", "--repeat", rounds,
                      "--max-images", wanted)
        self.assertTrue(self.read("r.jsonl").startswith(text))
        self.assertEqual([line["image"] for line in results(self.path("r.jsonl"))],
                         (rounds * self.photo_paths())[:wanted])

    @unittest.skipUnless(shutil.which("unshare") and subprocess.run(
        ["unshare", "-rm", "mount", "-t", "tmpfs", "none", "/mnt"], check=False,
        capture_output=True).returncode == 0, "no file system may be mounted here")
    def test_a_disk_that_is_really_full(self):
        """A file system of 64 KiB; what is left of it is copied out."""
        command = (f"mount -t tmpfs -o size=64k none /mnt && {{ \"$@\" --output /mnt/r.jsonl; "
                   f"code=$?; cp /mnt/r.jsonl* {self.folder}; exit $code; }}")
        process = subprocess.run(
            ["unshare", "-rm", "sh", "-c", command, "sh", cli.binary(),
             *map(str, self.run_args(*FAST, "--repeat", 100))], capture_output=True, text=True,
            env=cli.environment(), cwd=self.folder, timeout=cli.HANGS_AFTER_S, check=False)
        self.assertEqual(process.returncode, FAILED, process.stderr)
        self.assertIn("No space left on device", process.stderr)
        lines = len(results(self.path("r.jsonl")))
        self.assertGreater(lines, 300)
        self.run_json(*FAST, "--repeat", 100, "--output", "r.jsonl", "--resume")
        self.assert_each_once("r.jsonl", 100 * self.photo_paths())

    def test_a_file_that_cannot_be_written_is_bad_input(self):
        os.chmod(self.folder, 0o777)
        self.write("r.jsonl", "precious\n")
        os.chmod(self.path("r.jsonl"), 0o444)
        if self.call("inspect", cli.model_file(), unprivileged=True).code != 0:
            self.skipTest("the work folder cannot be read without privileges")
        for args in ((), ("--resume",)):
            self.assert_refused(self.run_args(*FAST, "--output", "r.jsonl", *args), "--output"
                                if not args else "--resume", "r.jsonl", "Permission denied",
                                code=CANNOT_OPEN, unprivileged=True)
        self.assertEqual(self.read("r.jsonl"), "precious\n")

    def test_a_second_run_on_the_same_file_is_refused(self):
        endless = ("--output", "r.jsonl", "--trace", "t.csv", "--repeat", 1000000)
        first = self.start(*endless)
        while not os.path.exists(self.path("r.jsonl")) or not self.read("r.jsonl"):
            self.assertIsNone(first.poll())
        os.symlink("r.jsonl", self.path("link.jsonl"))
        for args in (("--output", "r.jsonl"), ("--output", "r.jsonl", "--resume"),
                     ("--output", "link.jsonl"), ("--trace", "t.csv"),
                     ("--trace", "t.csv", "--resume", "--output", "other.jsonl")):
            with self.subTest(args=args):
                self.assert_refused(self.run_args(*FAST, *args), "is being written by another run",
                                    code=BAD_INPUT)
        first.send_signal(signal.SIGINT)
        said = first.communicate(timeout=cli.HANGS_AFTER_S)[1]
        self.assertEqual(first.returncode, cli.INTERRUPTED, said)
        found = [line["image"] for line in results(self.path("r.jsonl"))]
        rounds = len(found) // cli.PHOTO_COUNT + 1
        self.assertEqual(found, (rounds * self.photo_paths())[:len(found)])
        self.run_json(*FAST, "--output", "r.jsonl")  # the lock is gone with the run

    def test_a_reader_that_leaves_ends_the_run(self):
        process = self.start("--output", "/dev/stdout", "--repeat", 1000000, "--quiet")
        first = json.loads(process.stdout.readline())
        self.assertEqual(first["image"], self.photo_paths()[0])
        process.stdout.close()
        said = process.stderr.read()
        self.assertEqual(process.wait(timeout=cli.HANGS_AFTER_S), FAILED)
        self.assertEqual(said, "batchsizer: /dev/stdout: cannot be written: Broken pipe\n")

    def test_results_on_stdout_leave_nothing_beside_it(self):
        with open(self.path("out"), "w", encoding="utf-8") as out:
            out.write("before\n")
            out.flush()
            process = subprocess.run(
                [cli.binary(), *map(str, self.run_args(*FAST, "--output", "/dev/stdout"))],
                cwd=self.folder, env=cli.environment(), stdout=out, stderr=subprocess.DEVNULL,
                check=True)
        self.assertEqual(process.returncode, 0)
        lines = self.read("out").splitlines()
        self.assertEqual(lines[0], "before")
        self.assertEqual([json.loads(line)["image"] for line in lines[1:cli.PHOTO_COUNT + 1]],
                         self.photo_paths())
        self.assertIn("images/s", lines[cli.PHOTO_COUNT + 1])  # the summary comes after
        self.assertEqual(os.listdir(self.folder), ["out"])

    def test_the_journals_place_is_not_taken_from_another_file(self):
        self.write("r.jsonl", '{"image":"precious"}\n')
        self.write("r.jsonl.journal", "diary\n")
        self.assert_refused(self.run_args(*FAST, "--output", "r.jsonl"), "--output",
                            "r.jsonl.journal", "move it away")
        self.assertEqual((self.read("r.jsonl"), self.read("r.jsonl.journal")),
                         ('{"image":"precious"}\n', "diary\n"))
        self.assert_refused(self.run_args(*FAST, "--output", "r.jsonl", "--trace",
                                          "r.jsonl.journal"), "--trace", "name another one")


if __name__ == "__main__":
    cli.main()
