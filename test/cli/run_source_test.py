"""batchsizer run: where images come from, and what may be wrong with them."""
import io
import json
import os
import resource
import signal
import subprocess
import tarfile
import time
import zipfile
import zlib

import cli
from cli import BAD_INPUT, DONE, FAILED, INTERRUPTED, CommandTestCase
from run_test import FAST, RunsPhotos, results


class TakesSources(RunsPhotos):
    """Runs images from a source, fed to stdin if it is "-"."""

    photos = staticmethod(cli.thumbnails)

    def start(self, images, *args, **options):
        command = [cli.binary(), *map(str, self.run_args(*FAST, "--output", "r.jsonl", "--json",
                                                         *args, images=images))]
        process = subprocess.Popen(command, cwd=self.folder, env=cli.environment(),
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, **options)
        self.addCleanup(process.__exit__, None, None, None)
        self.addCleanup(process.kill)
        return process

    def run_source(self, images, *args, stdin=b"", code=DONE):
        """The summary, and what was said."""
        process = self.start(images, *args)
        out, err = process.communicate(stdin, timeout=cli.HANGS_AFTER_S)
        self.assertEqual(process.returncode, code, err)
        return json.loads(out) if out else None, err.decode()

    def lines(self):
        return results(self.path("r.jsonl"))

    def assert_run(self, names):
        self.assertEqual(sorted(line["image"] for line in self.lines()), sorted(names))


class RunLists(TakesSources, CommandTestCase):
    def test_a_list_of_paths_in_a_file_and_on_stdin(self):
        paths = self.photo_paths()[::-1]
        text = "\n".join(paths).encode()
        self.write("list.txt", text + b"\n")
        for images, stdin in (("list.txt", b""), ("-", text), ("-", text.replace(b"\n", b"\0"))):
            summary, _ = self.run_source(images, stdin=stdin)
            self.assertEqual(summary["images"], len(paths))
            self.assertEqual([line["image"] for line in self.lines()], paths)

    def test_every_line_is_run_whatever_its_name_and_named_when_it_is_no_image(self):
        self.write("photo", cli.png(9, 9, 9))
        self.write("words.txt", "hello")
        summary, err = self.run_source("-", stdin=b"photo\nwords.txt\nno/such.jpg\n\n")
        self.assertEqual((summary["images"], summary["failed_images"]), (1, 2))
        self.assert_run(["photo", "words.txt", "no/such.jpg"])
        for word in ("words.txt: neither", "no/such.jpg: cannot be opened: No such file"):
            self.assertIn(word, err)

    def test_lists_without_paths_are_refused(self):
        self.write("list.txt", "\n\n")
        for images in ("list.txt", "-"):
            _, err = self.run_source(images, stdin=b"\n", code=BAD_INPUT)
            self.assertIn("--images", err)
            self.assertIn("no paths in it", err)

    def test_a_pipe_cannot_be_gone_through_twice(self):
        _, err = self.run_source("-", "--repeat", 2, stdin=b"a.jpg\n", code=BAD_INPUT)
        self.assertIn("--repeat", err)
        self.assertIn("only once", err)

    def test_a_wait_for_more_paths_can_be_interrupted(self):
        process = self.start("-")
        process.stdin.write("\n".join(self.photo_paths()[:5]).encode() + b"\n")
        process.stdin.flush()
        while not os.path.exists(self.path("r.jsonl")) or not self.read("r.jsonl"):
            self.assertIsNone(process.poll())
        process.send_signal(signal.SIGINT)
        process.wait(timeout=cli.HANGS_AFTER_S)
        self.assertEqual(process.returncode, INTERRUPTED, process.stderr.read())
        self.assertGreaterEqual(len(self.lines()), 1)

    def test_the_list_is_not_written_over(self):
        self.write("r.jsonl", "\n".join(self.photo_paths()))
        _, err = self.run_source("r.jsonl", code=BAD_INPUT)
        self.assertIn("--output: r.jsonl is the file of --images", err)
        self.assertIn(self.photo_paths()[0], self.read("r.jsonl"))

    def written_while_waiting(self, paths, *args):
        """The lines of the results when each of the paths has one, and no end has come."""
        process = self.start("-", *args)
        process.stdin.write("".join(path + "\n" for path in paths).encode())
        process.stdin.flush()
        for _ in range(cli.HANGS_AFTER_S * 50):
            self.assertIsNone(process.poll())
            if os.path.exists(self.path("r.jsonl")) and len(self.lines()) == len(paths):
                break
            time.sleep(0.02)
        lines = self.lines()
        process.send_signal(signal.SIGINT)
        process.wait(timeout=cli.HANGS_AFTER_S)
        self.assertEqual(process.returncode, INTERRUPTED, process.stderr.read())
        return lines

    def test_a_list_that_pauses_has_what_it_named_run(self):
        paths = self.photo_paths()[:5]
        lines = self.written_while_waiting(paths, "--policy", "fixed", "--batch", 32)
        self.assertEqual([line["image"] for line in lines], paths)
        self.assertEqual({line["batch_size"] for line in lines}, {5})

    def test_failures_are_told_and_written_though_no_batch_is_run(self):
        lines = self.written_while_waiting(["no.jpg", "nor.jpg"])
        self.assertEqual([line["image"] for line in lines], ["no.jpg", "nor.jpg"])
        self.assertTrue(all("No such file" in line["error"] for line in lines))

    def test_a_single_image(self):
        path = self.photo_paths()[3]
        summary, _ = self.run_source(path)
        self.assertEqual(summary["images"], 1)
        self.assert_run([path])


class RunArchives(TakesSources, CommandTestCase):
    def write_tar(self, name, mode="w"):
        with tarfile.open(self.path(name), mode) as archive:
            for path in self.photo_paths():
                archive.add(path, "deep/er/" + os.path.basename(path))
            notes = tarfile.TarInfo("deep/notes.txt")
            notes.size = 5
            archive.addfile(notes, io.BytesIO(b"notes"))

    def write_zip(self, name):
        with zipfile.ZipFile(self.path(name), "w", zipfile.ZIP_DEFLATED) as archive:
            for path in self.photo_paths():
                archive.write(path, "deep/er/" + os.path.basename(path))

    def names_in(self, archive):
        return [f"{archive}/deep/er/{os.path.basename(path)}" for path in self.photo_paths()]

    def test_tar_and_zip_compressed_or_not(self):
        self.write_tar("a.tar")
        self.write_tar("a.tgz", "w:gz")
        self.write_tar("a.tar.xz", "w:xz")
        self.write_zip("a.zip")
        for archive in ("a.tar", "a.tgz", "a.tar.xz", "a.zip"):
            summary, _ = self.run_source(archive, "--repeat", 2)
            self.assertEqual(summary["images"], 2 * cli.PHOTO_COUNT)
            self.assert_run(2 * self.names_in(archive))

    def test_resumes_an_archive(self):
        self.write_zip("a.zip")
        self.run_source("a.zip", "--max-images", 7)
        summary, _ = self.run_source("a.zip", "--resume")
        self.assertEqual(summary["images"], cli.PHOTO_COUNT - 7)
        self.assert_run(self.names_in("a.zip"))

    def test_an_archive_that_is_cut_off_is_a_failure_that_loses_nothing_before_the_cut(self):
        self.write_tar("whole.tar")
        with open(self.path("whole.tar"), "rb") as file:
            self.write("cut.tar", file.read()[:10 * 1024 + 600])
        summary, err = self.run_source("cut.tar", code=FAILED)
        self.assertIn("cut.tar: the archive ends early", err)
        self.assertEqual(summary["images"] + summary["failed_images"], len(self.lines()))
        self.assertGreater(summary["images"], 0)

    def test_an_archive_without_images_is_refused(self):
        with zipfile.ZipFile(self.path("a.zip"), "w") as archive:
            archive.writestr("notes.txt", "x")
        _, err = self.run_source("a.zip", code=BAD_INPUT)
        self.assertIn("no images in the archive", err)


class RunBadSurroundings(TakesSources, CommandTestCase):
    def test_a_folder_that_changes_while_it_is_run(self):
        """What vanishes is named as failed, what is new may be run; nothing else happens."""
        for number in range(400):
            self.write(f"live/{number:04}.png", cli.png(64, 64, number % 256))
        process = self.start("live", "--batch-sizes", 1, "--decode-threads", 1)
        for number in reversed(range(400)):
            os.remove(self.path(f"live/{number:04}.png"))
            self.write(f"live/new-{number:04}.png", cli.png(8, 8, 1))
        out, err = process.communicate(timeout=cli.HANGS_AFTER_S)
        self.assertIn(process.returncode, (DONE, FAILED), err)
        summary = json.loads(out)
        lines = self.lines()
        self.assertEqual(summary["images"] + summary["failed_images"], len(lines))
        self.assertEqual(len({line["image"] for line in lines}), len(lines))
        for line in lines:
            if "error" in line:
                self.assertIn("No such file", line["error"])

    def test_few_file_descriptors_cost_no_image(self):
        def limit():
            resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))

        for number in range(100):
            self.write(f"many/{number:03}.png", cli.png(32, 32, number))
        process = self.start("many", "--decode-threads", 16, preexec_fn=limit)
        out, err = process.communicate(timeout=cli.HANGS_AFTER_S)
        self.assertEqual(process.returncode, DONE, err)
        self.assertEqual(json.loads(out)["images"], 100, err)

    def test_every_kind_of_bad_file_is_counted_named_and_stops_nothing(self):
        photo = cli.png(40, 30, 5)
        bad = {"broken.png": photo[:30] + b"xxxx" + photo[34:], "truncated.png": photo[:-20],
               "empty.jpg": b"", "text.png": b"hello", "bomb.png": self.bomb(), "odd.webp": b"RIFF"}
        for name, content in bad.items():
            self.write("mixed/" + name, content)
        self.write("mixed/good.png", photo)
        self.write("mixed/one.png", cli.png(1, 1, 9))
        self.write("mixed/misnamed.jpg", photo)
        os.symlink("/nowhere", self.path("mixed/gone.png"))
        os.mkfifo(self.path("mixed/pipe.png"))
        os.symlink("pipe.png", self.path("mixed/link-to-pipe.png"))
        summary, err = self.run_source("mixed")
        self.assertEqual(summary["images"], 3)
        failed = [line for line in self.lines() if "error" in line]
        self.assertEqual({os.path.basename(line["image"]) for line in failed},
                         {*bad, "gone.png"})
        self.assertEqual(summary["failed_images"], len(failed))
        for line in failed:
            self.assertIn(line["image"], err)

    @staticmethod
    def bomb():
        """A small file that claims to be a picture of 50,000 x 50,000."""
        picture = bytearray(cli.png(1, 1, 0))
        picture[16:24] = (50000).to_bytes(4, "big") * 2
        body = bytes(picture[12:29])
        picture[29:33] = zlib.crc32(body).to_bytes(4, "big")
        return bytes(picture)


class RunInput(TakesSources, CommandTestCase):
    def test_memory_bounds_the_batches(self):
        self.write("list.txt", "\n".join(self.photo_paths()))
        _, err = self.run_source("list.txt", "--memory", "8MiB", "--batch-sizes", "1,64",
                                 code=BAD_INPUT)
        self.assertIn("do not fit into the 8 MiB", err)
        summary, _ = self.run_source("list.txt", "--memory", "8MiB", "--repeat", 20)
        self.assertLessEqual(summary["final_batch_size"], 13)

    def test_decode_threads_auto_and_fixed(self):
        for threads in ("auto", 0, 1, 3):
            summary, _ = self.run_source(self.photos(), "--decode-threads", threads)
            self.assertEqual(summary["images"], cli.PHOTO_COUNT)
            if threads in (1, 3):
                self.assertEqual(summary["decode_threads"], threads)

    def test_tells_how_long_the_engine_waited_and_what_the_host_can_decode(self):
        summary, _ = self.run_source(self.photos())
        self.assertGreaterEqual(summary["input_wait_s"], 0)
        self.assertLessEqual(summary["input_wait_s"], summary["wall_time_s"])
        self.assertAlmostEqual(summary["input_wait_share"],
                               summary["input_wait_s"] / summary["wall_time_s"])
        self.assertGreater(summary["decode_limit_ips"], 0)

    def test_real_time_takes_as_long_as_the_device_would(self):
        summary, _ = self.run_source(self.photos(), "--real-time", "--repeat", 4)
        self.assertGreaterEqual(summary["wall_time_s"], summary["time_s"])
        outcome = self.call(*self.run_args("--device", "cpu", "--meter", "estimate",
                                           "--real-time"))
        self.assertEqual(outcome.code, BAD_INPUT)
        self.assertIn("--real-time", outcome.err)


if __name__ == "__main__":
    cli.main()
