"""dataset: photos with the sizes and bytes of the two inputs of the paper."""
import json
import os
import resource
import shlex
import signal
import struct
import subprocess
import time

import cli
from cli import CommandTestCase
from screen import Screen


def jpeg_size(content):
    """Width and height, from the frame header."""
    at = 2
    while True:
        marker, length = struct.unpack(">HH", content[at:at + 4])
        if 0xFFC0 <= marker <= 0xFFC3:
            height, width = struct.unpack(">HH", content[at + 5:at + 9])
            return width, height
        at += 2 + length


class Dataset(CommandTestCase):
    def photos(self, folder):
        """Names, contents of a folder's files, in order."""
        photos = {}
        for name in sorted(os.listdir(self.path(folder))):
            with open(self.path(os.path.join(folder, name)), "rb") as file:
                photos[name] = file.read()
        return photos

    def check_means(self, kind, width, height, kib):
        """200 photos: sizes exactly as drawn, bytes within a tenth; the draw near what is
        published, as far as 200 can be."""
        drawn = self.call_json("dataset", "--set", kind, "--out", "d", "--count", 200)
        self.assertEqual((drawn["folder"], drawn["set"], drawn["images"], drawn["seed"]),
                         ("d", kind, 200, 1))
        photos = self.photos("d").values()
        self.assertEqual(len(photos), 200)
        sizes = [jpeg_size(photo) for photo in photos]
        self.assertAlmostEqual(sum(size[0] for size in sizes) / 200, drawn["mean_width"], 6)
        self.assertAlmostEqual(sum(size[1] for size in sizes) / 200, drawn["mean_height"], 6)
        mean_bytes = sum(map(len, photos)) / 200
        self.assertAlmostEqual(mean_bytes / drawn["mean_file_bytes"], 1, delta=0.1)
        self.assertAlmostEqual(drawn["mean_width"] / width, 1, delta=0.15)
        self.assertAlmostEqual(drawn["mean_height"] / height, 1, delta=0.15)
        self.assertAlmostEqual(drawn["mean_file_bytes"] / 1024 / kib, 1, delta=0.3)

    def test_imagenet_has_its_means(self):
        self.check_means("imagenet", 469, 387, 112.7)

    def test_caltech256_has_its_means(self):
        self.check_means("caltech256", 371.3, 325.9, 37.0)

    def test_same_seed_same_photos(self):
        for folder, seed in (("a", 3), ("b", 3), ("c", 4)):
            self.call_ok("dataset", "--set", "caltech256", "--out", folder, "--count", 5,
                         "--seed", seed)
        self.assertEqual(self.photos("a"), self.photos("b"))
        self.assertEqual(list(self.photos("a"))[0], "caltech256-3-00000.jpg")
        self.assertNotEqual(list(self.photos("a").values()), list(self.photos("c").values()))

    def test_more_photos_begin_with_the_same(self):
        self.call_ok("dataset", "--set", "imagenet", "--out", "a", "--count", 2)
        before = self.photos("a")
        self.call_ok("dataset", "--set", "imagenet", "--out", "a", "--count", 4)
        after = self.photos("a")
        self.assertEqual(len(after), 4)
        self.assertEqual({name: after[name] for name in before}, before)

    def test_its_photos_can_be_run(self):
        self.call_ok("dataset", "--set", "caltech256", "--out", "d", "--count", 3)
        self.call_ok("run", "--model", cli.MODEL, "--images", "d", "--power-cap", "200W",
                     "--device", "emulated:p40", "--output", "r.jsonl")
        results = [json.loads(line) for line in self.read("r.jsonl").splitlines()]
        self.assertEqual(len(results), 3)
        self.assertTrue(all("top" in result for result in results), results)

    def test_measure_tells_what_is_there(self):
        self.call_ok("dataset", "--set", "imagenet", "--out", "d", "--count", 3)
        photos = self.photos("d").values()
        self.write("d/broken.jpg", "no")
        outcome = self.call_ok("dataset", "--measure", "d", "--json")
        found = json.loads(outcome.out)
        self.assertEqual((found["images"], found["broken"]), (3, 1))
        self.assertAlmostEqual(found["mean_file_bytes"], sum(map(len, photos)) / 3)
        self.assertAlmostEqual(found["mean_width"], sum(jpeg_size(p)[0] for p in photos) / 3)
        self.assertIn("broken.jpg", outcome.err)
        self.assertIn("1 more are broken", self.call_ok("dataset", "--measure", "d").out)

    def test_full_disk_leaves_whole_photos_only(self):
        def no_large_files():
            resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))

        done = subprocess.run(
            [cli.binary(), "dataset", "--set", "imagenet", "--out", "d", "--count", "50"],
            cwd=self.folder, env=cli.environment(), capture_output=True, text=True, check=False,
            preexec_fn=no_large_files, timeout=cli.HANGS_AFTER_S)
        self.assertEqual(done.returncode, cli.FAILED, done.stderr)
        self.assertIn("cannot be written: File too large", done.stderr)
        self.assertIn("of 50 photos are whole; the same command makes the rest", done.stderr)
        photos = self.photos("d")
        self.assertTrue(all(name.endswith(".jpg") for name in photos), list(photos))
        self.assertTrue(all(photo.endswith(b"\xff\xd9") for photo in photos.values()))

    def test_interrupt_leaves_whole_photos_only(self):
        with subprocess.Popen(
                [cli.binary(), "dataset", "--set", "imagenet", "--out", "d", "--count", "100000"],
                cwd=self.folder, env=cli.environment(), stdout=subprocess.PIPE,
                stderr=subprocess.PIPE, text=True) as program:
            self.addCleanup(program.kill)
            deadline = time.monotonic() + cli.HANGS_AFTER_S
            while len(os.listdir(self.path("d")) if os.path.isdir(self.path("d")) else ()) < 3:
                self.assertLess(time.monotonic(), deadline)
                time.sleep(0.01)
            program.send_signal(signal.SIGINT)
            out, err = program.communicate(timeout=cli.HANGS_AFTER_S)
        self.assertEqual(program.returncode, cli.INTERRUPTED, err)
        self.assertEqual(out, "")
        self.assertIn("of 100000 photos are whole; the same command makes the rest", err)
        photos = self.photos("d")
        self.assertTrue(all(name.endswith(".jpg") for name in photos), list(photos))
        self.assertTrue(all(photo.endswith(b"\xff\xd9") for photo in photos.values()))

    def test_a_terminal_shows_a_bar_and_ctrl_c_ends_it(self):
        screen = Screen(self, f"{shlex.quote(cli.binary())} dataset --set imagenet --out d "
                              "--count 100000", TERM="tmux-256color")
        screen.wait("the bar", "photos [--------------------] ", "/100000", "/s", " left")
        screen.press("C-c")
        text = screen.wait("the end", "interrupted: ", "ended 130")
        self.assertNotIn("photos [", text)

    def test_refuses(self):
        self.assert_refused(("dataset", "--set", "imagenet"), "--out")
        self.assert_refused(("dataset", "--set", "cifar", "--out", "d"), "--set", "'cifar'",
                            "imagenet and caltech256")
        self.assert_refused(("dataset", "--set", "imagenet", "--out", "d", "--count", 10**9),
                            "--count", 10**9, 10_000_000)
        self.assert_refused(("dataset", "--measure", "none"), "--measure", "none")
        os.makedirs(self.path("empty"))
        self.assert_refused(("dataset", "--measure", "empty"), "empty")
        for option, value in (("--out", "d"), ("--set", "imagenet"), ("--count", 5),
                              ("--seed", 2)):
            self.assert_refused(("dataset", "--measure", "empty", option, value), "--measure",
                                option)
        self.assertFalse(os.path.exists(self.path("d")))


if __name__ == "__main__":
    cli.main()
