"""What the tests of the command line share: calling the binary, and judging what it says.

The tests know the program only from outside: its options, files, exit codes and
words. Each test works in a folder of its own that goes away with it; what none of
them changes (a model of the zoo, some photos) is made once, by

  python3 cli.py BINARY WORK

or, when a test file is started without --work, for that one run.
"""
import argparse
import atexit
import collections
import csv
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest
import zlib

DONE, FAILED, BAD_INPUT, CAP_NOT_MET, INTERRUPTED = 0, 1, 2, 3, 130
# A place to write to that cannot be opened: the place is what is wrong. Writing that
# fails midway (disk full) is FAILED.
CANNOT_OPEN = BAD_INPUT
POLICIES = ("fixed", "paper", "paper-text", "dvfs", "pit", "power-limit", "batchsizer", "oracle")
MODEL = "zoo:mobilenet-v1"
PHOTO_COUNT = 24
HANGS_AFTER_S = 240  # not a limit on speed: what never ends must not hang the suite

Outcome = collections.namedtuple("Outcome", "code out err")

_places = {}  # binary, work


def binary():
    return _places["binary"]


def photos():
    return os.path.join(_places["work"], "photos")


def thumbnails():
    """As many tiny PNG files, quick to decode, for runs that need many images."""
    return os.path.join(_places["work"], "thumbnails")


def model_file():
    """MODEL's file, in the cache that the tests share."""
    return os.path.join(_places["work"], "cache", "batchsizer", "zoo", "mobilenet-v1.onnx")


def png(width, height, shade):
    """A grey picture as the bytes of a PNG file."""
    def chunk(kind, body):
        return (struct.pack(">I", len(body)) + kind + body
                + struct.pack(">I", zlib.crc32(kind + body)))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = (b"\0" + bytes([shade]) * width) * height
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def environment():
    """The caller's environment, but with a cache of our own and no terminal."""
    return dict(os.environ, XDG_CACHE_HOME=os.path.join(_places["work"], "cache"), TERM="dumb")


def as_nobody():
    """Run in the child: gives up root, for whom no file is unreadable."""
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)


def _argument(value):
    return value if isinstance(value, bytes) else str(value)


def batchsizer(*args, cwd=None, unprivileged=False, **variables):
    """Runs the program to its end, with these variables in its environment."""
    drop = as_nobody if unprivileged and os.getuid() == 0 else None
    done = subprocess.run([binary(), *map(_argument, args)], cwd=cwd,
                          env=dict(environment(), **variables), stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=HANGS_AFTER_S, preexec_fn=drop,
                          check=False)
    return Outcome(done.returncode, done.stdout, done.stderr)


class CommandTestCase(unittest.TestCase):
    """A test with a folder of its own; relative paths are relative to it."""

    maxDiff = 2000

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="batchsizer-cli-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, content):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        return path

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()

    def copy_photos(self, folder, count):
        """The first photos in a folder of the test's own; their names."""
        names = sorted(os.listdir(photos()))[:count]
        self.assertEqual(len(names), count)
        os.makedirs(self.path(folder))
        for name in names:
            shutil.copy(os.path.join(photos(), name), self.path(folder))
        return names

    def call(self, *args, **options):
        return batchsizer(*args, cwd=self.folder, **options)

    def call_ok(self, *args, code=DONE, **options):
        outcome = self.call(*args, **options)
        self.assertEqual(outcome.code, code, (args, outcome.err))
        return outcome

    def call_json(self, *args, code=DONE):
        """What --json prints: one JSON object and nothing else on stdout."""
        outcome = self.call_ok(*args, "--json", code=code)
        self.assertEqual(outcome.out.count("\n"), 1, outcome.out)
        value = json.loads(outcome.out)
        self.assertIsInstance(value, dict)
        return value

    def assert_refused(self, args, *words, code=BAD_INPUT, **options):
        """The exit code (or one of several), nothing on stdout, and all of words on stderr."""
        outcome = self.call(*args, **options)
        said = f"{args}: {outcome.err}"
        self.assertIn(outcome.code, code if isinstance(code, tuple) else (code,), said)
        self.assertEqual(outcome.out, "", said)
        self.assertTrue(outcome.err.startswith("batchsizer: "), said)
        self.assertTrue(outcome.err.isprintable() or outcome.err.replace("\n", "").isprintable(),
                        said)
        for word in words:
            self.assertIn(str(word), outcome.err)
        return outcome


def read_trace(path):
    """Rows of a trace: numbers as numbers, None where there was no reading or no clock."""
    def convert(key, value):
        return value if key in ("decision", "reason") else float(value) if value else None

    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [{key: convert(key, value) for key, value in row.items()} for row in rows]


def prepare(work):
    """Makes what the tests share."""
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    for args in (("dataset", "--out", photos(), "--count", PHOTO_COUNT),
                 # A run puts the model into the cache.
                 ("run", "--model", MODEL, "--images", photos(), "--max-images", 1,
                  "--power-cap", 200, "--device", "emulated:p40", "--no-outputs")):
        made = batchsizer(*args)
        if made.code != DONE:
            sys.exit(f"{args} ended with {made.code}: {made.err}")
    os.makedirs(thumbnails())
    for number in range(PHOTO_COUNT):
        with open(os.path.join(thumbnails(), f"{number:02}.png"), "wb") as file:
            file.write(png(16, 16, 10 * number))


def main():
    """Runs the tests of the calling file: BINARY [--work WORK] [CLASS...]."""
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--work")
    own, rest = parser.parse_known_args()
    _places["binary"] = os.path.abspath(own.binary)
    if own.work:
        _places["work"] = own.work
    else:
        _places["work"] = tempfile.mkdtemp(prefix="batchsizer-cli-")
        atexit.register(shutil.rmtree, _places["work"], ignore_errors=True)
        prepare(_places["work"])
    unittest.main(module="__main__", argv=[sys.argv[0], *rest])


if __name__ == "__main__":
    _places.update(binary=os.path.abspath(sys.argv[1]), work=sys.argv[2])
    prepare(sys.argv[2])
