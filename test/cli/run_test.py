"""batchsizer run: results, control, channels, resuming."""
import collections
import json
import os
import random

import cli
from cli import CAP_NOT_MET, DONE, FAILED, MODEL, CommandTestCase
from simulate_test import CURVE, KEYS, to_csv

P40 = ("--device", "emulated:p40")
FAST = (*P40, "--no-outputs")  # time and power only
SIZES = ("--batch-sizes", "1,2,4,8,16")


def results(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


class RunsPhotos:
    """Has photos, and run_args() for the options that every run needs."""

    photos = staticmethod(cli.photos)

    def run_args(self, *args, images=None, cap=120):
        return ("run", "--model", MODEL, "--images", images or self.photos(), "--power-cap", cap,
                *args)

    def run_json(self, *args, code=DONE, images=None, cap=120):
        return self.call_json(*self.run_args(*args, images=images, cap=cap), code=code)

    def assert_each_once(self, name, expected):
        """Every image has as many lines in the results as it should be run times."""
        found = collections.Counter(line["image"] for line in results(self.path(name)))
        self.assertEqual(found, collections.Counter(expected))

    def photo_paths(self):
        return sorted(os.path.join(self.photos(), name) for name in os.listdir(self.photos()))


class RunResults(RunsPhotos, CommandTestCase):
    def check_lines(self, summary, lines):
        """Scores are a distribution, and batches are numbered and as large as they say."""
        sizes = collections.defaultdict(set)
        members = collections.Counter()
        for line in lines:
            scores = [entry["score"] for entry in line["top"]]
            self.assertEqual(len(scores), 5)
            self.assertEqual(scores, sorted(scores, reverse=True))
            self.assertTrue(0 <= min(scores) and 0 < sum(scores) <= 1.0001, scores)
            self.assertTrue(all(0 <= entry["class"] < 1001 for entry in line["top"]))
            sizes[line["batch"]].add(line["batch_size"])
            members[line["batch"]] += 1
        self.assertEqual(sorted(members), list(range(len(members))))
        for batch, count in members.items():
            self.assertEqual(sizes[batch], {count})
        self.assertAlmostEqual(summary["mean_batch_size"], len(lines) / len(members), places=6)

    def test_one_line_an_image_on_emulated_devices(self):
        self.write("curve.csv", to_csv(CURVE))
        for device in ("emulated:p40", "emulated:curve=curve.csv"):
            summary = self.run_json("--device", device, *SIZES, "--output", "r.jsonl")
            self.assertLessEqual(KEYS, set(summary))
            self.assertIs(summary["emulated"], True)
            self.assertEqual((summary["images"], summary["failed_images"]), (cli.PHOTO_COUNT, 0))
            self.assert_each_once("r.jsonl", self.photo_paths())
            self.check_lines(summary, results(self.path("r.jsonl")))

    def test_outputs_do_not_depend_on_batch_size(self):
        def outputs(*args):
            self.run_json(*P40, "--max-images", 8, "--policy", "fixed", "--output", "r.jsonl",
                          *args, cap=250)
            return {line["image"]: line["top"] for line in results(self.path("r.jsonl"))}

        one, eight = outputs("--batch", 1), outputs("--batch", 8)
        self.assertEqual(set(one), set(eight))
        for image, top in one.items():
            for a, b in zip(top, eight[image]):
                self.assertEqual(a["class"], b["class"], image)
                self.assertAlmostEqual(a["score"], b["score"], delta=1e-4)

    def test_broken_files_are_counted_named_and_stop_nothing(self):
        names = self.copy_photos("mixed", 6)
        with open(self.path(os.path.join("mixed", names[0])), "rb") as file:
            photo = file.read()
        self.write("mixed/cut.jpg", photo[:len(photo) // 3])
        self.write("mixed/empty.jpg", "")
        self.write("mixed/text.png", "hello, I am not a picture")
        self.write("mixed/notes.txt", "not asked for")
        self.write("mixed/misnamed.png", photo)
        self.write("mixed/deep/er/CAPITALS.JPG", photo)
        self.write("mixed/deep/sp ace é.jpeg", photo)
        outcome = self.call_ok(*self.run_args(*P40, *SIZES, "--output", "r.jsonl", "--json",
                                              images="mixed"))
        summary = json.loads(outcome.out)
        bad = {"mixed/cut.jpg", "mixed/empty.jpg", "mixed/text.png"}
        good = {"mixed/misnamed.png", "mixed/deep/er/CAPITALS.JPG", "mixed/deep/sp ace é.jpeg",
                *("mixed/" + name for name in names)}
        self.assertEqual((summary["images"], summary["failed_images"]), (len(good), len(bad)))
        self.assert_each_once("r.jsonl", bad | good)
        for line in results(self.path("r.jsonl")):
            self.assertEqual("error" in line, line["image"] in bad, line)
            self.assertEqual("top" in line, line["image"] in good, line)
        for name in bad:
            self.assertEqual(outcome.err.count(name), 1, outcome.err)
        self.assertNotIn("notes.txt", outcome.err)

    def test_only_broken_files_is_a_failure(self):
        self.write("bad/a.jpg", "")
        self.write("bad/b.png", "x")
        outcome = self.call_ok(*self.run_args(*FAST, images="bad"), code=FAILED)
        for word in ("bad/a.jpg", "bad/b.png", "none of the 2 images"):
            self.assertIn(word, outcome.err)

    def test_max_images_and_repeat(self):
        paths = self.photo_paths()
        for args, expected in ((("--max-images", 5), paths[:5]), (("--repeat", 3), 3 * paths),
                               (("--repeat", 2, "--max-images", len(paths) + 3),
                                paths + paths[:3])):
            summary = self.run_json(*FAST, "--output", "r.jsonl", *args)
            self.assertEqual(summary["images"], len(expected))
            self.assert_each_once("r.jsonl", expected)

    def test_no_outputs_changes_neither_time_nor_power(self):
        def run(*args):
            summary = self.run_json(*P40, *SIZES, "--trace", "t.csv", *args)
            for key in ("input_wait_s", "input_wait_share", "wall_time_s", "decode_threads",
                        "decode_limit_ips"):
                del summary[key]  # real time, on this machine
            return summary, self.read("t.csv")

        self.assertEqual(run(), run("--no-outputs"))


class RunControl(RunsPhotos, CommandTestCase):
    photos = staticmethod(cli.thumbnails)

    def check_trace(self, summary, rows):
        self.assertEqual(sum(row["images"] for row in rows), summary["images"])
        self.assertEqual(len(rows), summary["windows"])
        self.assertAlmostEqual(rows[-1]["time_s"], summary["time_s"], delta=1e-5)
        ends = [0.0] + [row["time_s"] for row in rows]
        above = sum(end - start for start, end, row in zip(ends, ends[1:], rows)
                    if row["peak_power_w"] and row["peak_power_w"] > 1.005 * row["power_cap_w"])
        self.assertAlmostEqual(summary["time_above_cap_s"], above, delta=1e-4)
        self.assertAlmostEqual(summary["throughput_ips"], summary["images"] / summary["time_s"],
                               delta=1e-6 * summary["throughput_ips"])

    def test_batch_size_follows_a_cap_that_moves(self):
        self.write("curve.csv", to_csv(CURVE))
        self.write("cap.csv", "time_s,power_cap_w\n0,200\n1,90\n2,200\n")
        summary = self.run_json("--device", "emulated:curve=curve.csv", "--no-outputs",
                                "--repeat", 60, "--trace", "t.csv", cap="trace:cap.csv")
        rows = cli.read_trace(self.path("t.csv"))
        self.check_trace(summary, rows)
        for start, end, batches in ((0.5, 1, {16}), (1.1, 2, {1, 2}), (2.3, 3, {16})):
            used = {row["batch_size"] for row in rows if start <= row["time_s"] < end}
            self.assertLessEqual(used, batches, (start, end))
            self.assertTrue(used, (start, end))
        self.assertLess(summary["time_above_cap_s"], 0.1)

    def test_keeps_the_cap_on_the_p40(self):
        self.write("cap.csv", "time_s,power_cap_w\n0,160\n1,110\n")
        summary = self.run_json(*FAST, "--repeat", 120, "--trace", "t.csv", cap="trace:cap.csv")
        rows = cli.read_trace(self.path("t.csv"))
        self.check_trace(summary, rows)
        self.assertGreater(rows[-1]["time_s"], 1.3)  # the second stretch was reached
        self.assertLess(summary["time_above_cap_s"], 0.15 * summary["time_s"])
        late = [row["batch_size"] for row in rows if row["time_s"] > 1.3]
        early = [row["batch_size"] for row in rows if 0.5 < row["time_s"] < 1]
        self.assertLess(max(late), max(early))

    def test_every_policy_runs_every_image_once(self):
        self.write("curve.csv", to_csv(CURVE))
        for policy in cli.POLICIES:
            for device in ("emulated:p40", "emulated:curve=curve.csv"):
                with self.subTest(policy=policy, device=device):
                    args = self.run_args("--device", device, "--no-outputs", "--repeat", 4,
                                         "--policy", policy, "--output", "r.jsonl",
                                         "--trace", "t.csv", "--json", cap=160)
                    outcome = self.call(*args)
                    self.assertIn(outcome.code, (DONE, CAP_NOT_MET), outcome.err)
                    summary = json.loads(outcome.out)
                    self.assertEqual(summary["policy"], policy)
                    self.assert_each_once("r.jsonl", 4 * self.photo_paths())
                    self.check_trace(summary, cli.read_trace(self.path("t.csv")))

    def test_cap_that_nothing_meets_exits_3(self):
        outcome = self.call_ok(*self.run_args(*FAST, "--repeat", 4, "--output", "r.jsonl", cap=20),
                               code=CAP_NOT_MET)
        self.assertIn("cap could not be met", outcome.err)
        self.assert_each_once("r.jsonl", 4 * self.photo_paths())

    def test_percentage_is_of_the_devices_maximum(self):
        whole = self.run_json(*FAST, "--max-images", 2, cap="100%")["power_cap_w"]
        half = self.run_json(*FAST, "--max-images", 2, cap="50%")["power_cap_w"]
        self.assertAlmostEqual(half, whole / 2)
        self.assertEqual(whole, 250)  # a Tesla P40's


class RunChannels(RunsPhotos, CommandTestCase):
    def test_json_on_stdout_the_rest_on_stderr(self):
        outcome = self.call_ok(*self.run_args(*FAST, "--repeat", 3, "--json", "--verbose"))
        self.assertEqual(outcome.out.count("\n"), 1)
        self.assertIsInstance(json.loads(outcome.out), dict)
        self.assertIn("images", outcome.err)
        self.assertNotIn("\x1b", outcome.err)  # plain lines when piped
        self.assertNotIn("\r", outcome.err)

    def test_quiet_says_nothing_when_all_is_well(self):
        outcome = self.call_ok("--quiet", *self.run_args(*FAST))
        self.assertEqual((outcome.out, outcome.err), ("", ""))
        quiet = self.call_ok(*self.run_args(*FAST, "--quiet", "--json"))
        self.assertEqual(quiet.err, "")
        self.assertEqual(json.loads(quiet.out)["images"], cli.PHOTO_COUNT)

    def test_summary_for_people_says_that_it_is_emulated(self):
        outcome = self.call_ok(*self.run_args(*FAST))
        for word in ("emulated", f"{cli.PHOTO_COUNT} images", "images/s", "120 W"):
            self.assertIn(word, outcome.out)

    def test_options_from_a_configuration_file(self):
        self.write("c.toml", f'[run]\nmodel = "{MODEL}"\nimages = "{self.photos()}"\n'
                             'power-cap = 110\ndevice = "emulated:p40"\nno-outputs = true\n'
                             'batch-sizes = [1, 2, 3]\nmax-images = 7\n')
        summary = self.call_json("--config", "c.toml", "run")
        self.assertEqual((summary["images"], summary["power_cap_w"], summary["device"]),
                         (7, 110, "emulated:p40"))


class RunResume(RunsPhotos, CommandTestCase):
    photos = staticmethod(cli.thumbnails)

    def resume(self, *args):
        return self.run_json(*FAST, "--resume", "--output", "r.jsonl", *args)

    def test_a_file_alone_cut_anywhere_ends_with_each_image_once(self):
        repeat = ("--repeat", 2)
        self.run_json(*FAST, "--output", "r.jsonl", *repeat)
        whole = self.read("r.jsonl")
        rng = random.Random(5)
        line_end = whole.index("\n") + 1
        for cut in (0, 1, line_end - 1, line_end, len(whole) - 1, len(whole),
                    *(rng.randrange(len(whole)) for _ in range(8))):
            with self.subTest(cut=cut):
                self.write("r.jsonl", whole[:cut])
                os.remove(self.path("r.jsonl.journal"))
                summary = self.resume(*repeat)
                self.assert_each_once("r.jsonl", 2 * self.photo_paths())
                kept = whole[:cut].count("\n") + (cut == line_end - 1 or cut == len(whole) - 1)
                self.assertIn(summary["images"], (2 * cli.PHOTO_COUNT - kept,
                                                  2 * cli.PHOTO_COUNT - whole[:cut].count("\n")))

    def test_batches_are_numbered_on(self):
        self.run_json(*FAST, "--output", "r.jsonl", "--max-images", 5)
        self.resume()
        batches = [line["batch"] for line in results(self.path("r.jsonl"))]
        self.assertEqual(batches, sorted(batches))
        self.assertEqual(sorted(set(batches)), list(range(max(batches) + 1)))

    def test_failed_images_count_as_done(self):
        self.copy_photos("mixed", 4)
        self.write("mixed/broken.jpg", "x")
        self.call_ok(*self.run_args(*FAST, "--output", "r.jsonl", images="mixed"))
        before = self.read("r.jsonl")
        self.call_ok(*self.run_args(*FAST, "--output", "r.jsonl", "--resume", images="mixed"))
        self.assertEqual(self.read("r.jsonl"), before)

    def test_knows_images_by_another_spelling_and_by_names_that_are_not_utf8(self):
        self.copy_photos("odd", 3)
        folder = self.path("odd").encode()
        os.rename(os.path.join(folder, os.listdir(folder)[0]), os.path.join(folder, b"caf\xe9.jpg"))
        for folder in ("odd", "./odd/", self.path("odd")):
            self.run_json(*FAST, "--resume", "--output", "r.jsonl", images=folder)
            self.assertEqual(len(results(self.path("r.jsonl"))), 3)

    def test_says_when_a_file_is_of_other_images(self):
        self.copy_photos("one", 2)
        self.copy_photos("two", 2)
        self.call_ok(*self.run_args(*FAST, "--output", "r.jsonl", images="one"))
        os.remove(self.path("r.jsonl.journal"))
        outcome = self.call_ok(*self.run_args(*FAST, "--resume", "--output", "r.jsonl",
                                              images="two"))
        self.assertIn("has no journal", outcome.err)
        self.assertIn("none of its 2 lines is of these images", outcome.err)
        self.assertEqual(len(results(self.path("r.jsonl"))), 4)

    def test_starts_a_file_that_is_not_there_and_leaves_a_finished_one(self):
        self.assertEqual(self.resume()["images"], cli.PHOTO_COUNT)
        before = self.read("r.jsonl")
        self.assertEqual(self.resume()["images"], 0)
        self.assertEqual(self.read("r.jsonl"), before)
        again = self.call_ok(*self.run_args(*FAST, "--resume", "--output", "r.jsonl"))
        self.assertIn("nothing was left to do", again.err)

    def test_computes_only_what_is_missing(self):
        self.run_json(*P40, *SIZES, "--output", "r.jsonl", "--max-images", 6)
        first = results(self.path("r.jsonl"))
        self.run_json(*P40, *SIZES, "--output", "r.jsonl", "--max-images", 10, "--resume")
        after = results(self.path("r.jsonl"))
        self.assertEqual(after[:6], first)
        self.assertEqual([line["image"] for line in after], self.photo_paths()[:10])


class RunOnCpu(RunsPhotos, CommandTestCase):
    def run_cpu(self, *args, cap=40, code=DONE):
        summary = self.run_json("--device", "cpu", "--threads", 1, "--batch-sizes", "1,2",
                                "--window", 2, "--max-images", 8, "--output", "r.jsonl", *args,
                                cap=cap, code=code)
        self.assertIs(summary["emulated"], False)
        self.assertEqual(summary["images"], 8)
        self.assertGreater(summary["time_s"], 0)
        self.assert_each_once("r.jsonl", self.photo_paths()[:8])
        return summary

    def write_power(self, watts):
        """A log of ten minutes, a reading every 10 ms."""
        rows = (f"{step / 100},{watts}\n" for step in range(60000))
        self.write("power.csv", "time_s,power_w\n" + "".join(rows))

    def test_replayed_power(self):
        self.write_power(30)
        self.run_cpu("--meter", "replay:power.csv", "--trace", "t.csv")
        for row in cli.read_trace(self.path("t.csv")):
            self.assertEqual((row["peak_power_w"], row["power_cap_w"]), (30, 40))
            self.assertIsNone(row["clock_mhz"])

    def test_replayed_power_above_the_cap_is_told(self):
        self.write_power(90)
        summary = self.run_cpu("--meter", "replay:power.csv", code=CAP_NOT_MET)
        self.assertEqual(summary["final_batch_size"], 1)
        self.assertAlmostEqual(summary["time_above_cap_s"], summary["time_s"], delta=0.01)

    def test_an_estimate_is_called_one(self):
        self.run_cpu("--meter", "estimate", cap="100%")
        outcome = self.call_ok(*self.run_args("--device", "cpu", "--meter", "estimate",
                                              "--max-images", 1, "--batch-sizes", 1, cap="100%"))
        self.assertIn("estimate", outcome.err)


if __name__ == "__main__":
    cli.main()
