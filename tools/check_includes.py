#!/usr/bin/env python3
"""Holds the rooms of src/ to who may know whom (docs/architecture.md).

  check_includes.py [ROOT]     check the tree; exit 1 and one line a fault
  check_includes.py --self-test

Six rules: an include of ours must be an arrow of ROOMS (tests may use every
room, and only tests what is there for tests); a vendor's header stands only in
.cc files of the folders in VENDORS; policies are pure (no thread, I/O, clock,
random device); control and runtime know no wall clock, which may jump; an include names a file that exists, from src/ or include/ on;
every header has #pragma once.
"""
import os
import re
import sys
import tempfile

import source_files

# Folder below src/ -> folders that it may include from, besides itself and the
# public headers. A grant is for the files right in that folder, not for those
# below it; "**" grants everything. The most specific folder counts.
ROOMS = {
    "base": (),
    "record": ("base",),
    "control": ("base", "control/policy"),
    "control/policy": ("base",),
    "control/power": ("base",),
    "flow/source": ("base",),
    "flow/image": ("base", "flow/source"),
    "flow/batch": ("base", "flow/image", "flow/source"),
    "flow/model": ("base",),
    "flow/engine": ("base", "flow/batch", "flow/model"),
    "flow/result": ("base", "flow/batch"),
    # No backend folder: flow/engine/* and control/power/* come as interfaces.
    "runtime": ("base", "record", "control", "control/policy", "flow", "flow/batch",
                "flow/engine", "flow/image", "flow/model", "flow/result",
                "flow/source"),
    "sim": ("base", "record", "record/report", "runtime", "control", "control/policy",
            "flow/image", "flow/model"),
    "sim/experiment": ("base", "record", "record/report", "runtime", "flow/image", "flow/model",
                       "sim", "sim/device"),
    "server": ("base", "record", "runtime"),
    "cli": ("**",),
}
# A folder below one of these is a backend: it may use this folder, no sibling.
BACKENDS = ("control/power", "flow/engine")

# Vendor header -> folders (with those below) whose .cc files may include it.
VENDORS = {
    r"onnxruntime_|onnxruntime/": ("flow/engine",),
    r"onnx/|google/protobuf/|.*\.pb\.h": ("flow/model",),
    r"turbojpeg\.h|jpeglib\.h|png\.h|webp/": ("flow/image",),
    r"archive\.h|archive_entry\.h": ("flow/source",),
    r"xxhash\.h": ("base",),
    r"n?curses": ("cli",),
    r"nvml\.h|cuda": ("control/power/nvml", "flow/engine"),
}
# x_test.cc, testing.h and what lies in a folder testing/.
TEST_FILE = re.compile(r".*(_test\.cc|(^|/)testing(\.h|\.cc|/.*))$")

IMPURE_HEADERS = {
    "thread", "mutex", "shared_mutex", "condition_variable", "future", "semaphore", "atomic",
    "stop_token", "latch", "barrier", "fstream", "iostream", "cstdio", "stdio.h", "filesystem",
    "ctime", "time.h", "unistd.h", "batchsizer/clock.h", "batchsizer/power_meter.h",
    "batchsizer/clock_knob.h", "batchsizer/engine.h",
}
IMPURE_WORDS = re.compile(
    r"\b(random_device|steady_clock|system_clock|high_resolution_clock|clock_gettime|getenv"
    r"|s?rand\s*\(|printf\s*\()")

# Time that somebody may set, and times of files, which are its.
WALL_CLOCK = re.compile(
    r"\b(system_clock|CLOCK_REALTIME|gettimeofday|last_write_time|st_mtime?|time\s*\(\s*(nullptr|NULL|0)\s*\))")

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)


def strip_comments(text):
    return re.sub(r"/\*.*?\*/|//[^\n]*", lambda m: "\n" * m.group().count("\n"), text,
                  flags=re.DOTALL)


def room_of(folder):
    """The key of ROOMS that holds for this folder of src/, or None."""
    while folder and folder not in ROOMS:
        folder = os.path.dirname(folder)
    return folder or None


def allowed(folder, target):
    """May a file in src/folder include one that lies in src/target?"""
    room = room_of(folder)
    if room is None:
        return False
    if room_of(target) == room:
        return room not in BACKENDS or target == room or target.startswith(folder)
    return any(grant == "**" or target == grant for grant in ROOMS[room])


class Checker:
    def __init__(self, root):
        self.root = root
        self.faults = []

    def exists(self, path):
        return os.path.isfile(os.path.join(self.root, path))

    def check_ours(self, path, name):
        """The fault of an include of name with quotes, or None."""
        if ".." in name.split("/"):
            return "write the path from src/ on, without .."
        if name.startswith("embedded/") or self.exists("include/" + name):
            return None  # generated (cmake/Embed.cmake), or public
        if not path.startswith("src/"):
            beside = os.path.join(os.path.dirname(path), name)
            if path.startswith(("include/", "examples/")):
                return "only the public headers (batchsizer/...) may be used here"
            return None if self.exists("src/" + name) or self.exists(beside) or self.exists(
                "test/" + name) else "no such file below src/, include/ or test/"
        if not self.exists("src/" + name):
            return "no such file below src/ or include/"
        if TEST_FILE.match(path):
            return None
        if TEST_FILE.match(name):
            return "it is for tests only"
        folder, target = os.path.dirname(path)[len("src/"):], os.path.dirname(name)
        if allowed(folder, target):
            return None
        may = ", ".join(ROOMS.get(room_of(folder) or "", ())) or "nothing but the public headers"
        return f"src/{folder} may use {may}"

    def check_vendor(self, path, name):
        for pattern, folders in VENDORS.items():
            if not re.match(pattern, name) or not path.startswith(("src/", "include/")):
                continue
            here = any(path.startswith(f"src/{folder}/") for folder in folders)
            if not here or not path.endswith(".cc"):
                return "only .cc files below src/" + " or src/".join(folders) + " may include it"
        return None

    def check_file(self, path):
        text = strip_comments(source_files.read(self.root, path))
        pure = path.startswith("src/control/policy/") and not TEST_FILE.match(path)

        def fault(position, message):
            self.faults.append(f"{path}:{text.count(chr(10), 0, position) + 1}: {message}")

        if path.endswith(".h") and "#pragma once" not in text:
            fault(0, "a header begins with #pragma once")
        for match in INCLUDE.finditer(text):
            quote, name = match.groups()
            wrong = self.check_vendor(path, name)
            if not wrong and quote == '"':
                wrong = self.check_ours(path, name)
            if not wrong and pure and name in IMPURE_HEADERS:
                wrong = "a policy is pure: values in, decision out"
            if wrong:
                fault(match.start(), f"includes {name}: {wrong}")
        steady = path.startswith(("src/control/", "src/runtime/")) and not TEST_FILE.match(path)
        for match in WALL_CLOCK.finditer(text) if steady else ():
            fault(match.start(), f"{match.group()}: the wall clock may jump; use a Clock")
        for match in IMPURE_WORDS.finditer(text) if pure else ():
            fault(match.start(), f"{match.group()}: a policy is pure: values in, decision out")


def check(root):
    checker = Checker(root)
    for path in source_files.find(root):
        checker.check_file(path)
    return checker.faults


def self_test():
    """Each file with its text, and a part of the fault it must bring (None: none)."""
    once = "#pragma once\n"
    cases = [
        ("include/batchsizer/units.h", once, None),
        ("include/batchsizer/clock.h", once, None),
        ("include/batchsizer/bad.h", once + '#include "base/text.h"\n', "only the public headers"),
        ("src/base/text.h", once + '#include "batchsizer/units.h"\n#include <string>\n', None),
        ("src/base/naked.h", "// #pragma once\n", "#pragma once"),
        ("src/base/up.cc", '#include "runtime/run.h"\n', "may use nothing but"),
        ("src/base/dots.cc", '#include "../base/text.h"\n', "without .."),
        ("src/base/lost.cc", '#include "base/lost.h"\n', "no such file"),
        ("src/control/policy/law.h", once + '#include "base/text.h"\n#include <vector>\n', None),
        ("src/control/policy/io.cc", "#include <fstream>\n", "pure"),
        ("src/control/policy/time.cc", "auto t = std::chrono::steady_clock::now();\n", "pure"),
        ("src/runtime/wall.cc", "auto t = std::chrono::system_clock::now();\n", "may jump"),
        ("src/runtime/age.cc", "auto t = fs::last_write_time(p);\n", "may jump"),
        ("src/runtime/steady.cc", "auto t = std::chrono::steady_clock::now();\n", None),
        ("src/runtime/wall_test.cc", "auto t = fs::last_write_time(p);\n", None),
        ("src/control/policy/tick.cc", '#include "batchsizer/clock.h"\n', "pure"),
        ("src/control/policy/io_test.cc", "#include <fstream>\n", None),
        ("src/control/policy/up_test.cc", '#include "runtime/run.h"\n', None),
        ("src/base/testing/count.h", once, None),
        ("src/base/counting.cc", '#include "base/testing/count.h"\n', "for tests only"),
        ("src/control/policy/said.cc", "// no std::random_device here\n", None),
        ("src/control/policy/up.cc", '#include "control/window.h"\n', "may use base"),
        ("src/control/window.h", once + '#include "control/policy/law.h"\n', None),
        ("src/control/power/sysfs.h", once, None),
        ("src/control/power/rapl/rapl.h", once + '#include "control/power/sysfs.h"\n', None),
        ("src/control/power/open.cc", '#include "control/power/rapl/rapl.h"\n', None),
        ("src/control/power/hwmon/x.cc", '#include "control/power/rapl/rapl.h"\n', "may use base"),
        ("src/control/meters.cc", '#include "control/power/rapl/rapl.h"\n', "may use base"),
        ("src/flow/batch/batch.h", once, None),
        ("src/flow/image/jpeg.cc", "#include <turbojpeg.h>\n", None),
        ("src/flow/image/jpeg.h", once + "#include <turbojpeg.h>\n", "only .cc files"),
        ("src/flow/engine/onnxruntime/engine.h", once, None),
        ("src/flow/engine/onnxruntime/engine.cc", "#include <onnxruntime_cxx_api.h>\n", None),
        ("src/flow/engine/none/engine.cc",
         '#include "flow/engine/onnxruntime/engine.h"\n', "may use base"),
        ("src/runtime/run.h", once + '#include "flow/batch/batch.h"\n', None),
        ("src/runtime/wire.cc", '#include "flow/engine/onnxruntime/engine.h"\n', "may use base"),
        ("src/runtime/ort.cc", "#include <onnxruntime_cxx_api.h>\n", "only .cc files"),
        ("src/cli/run.cc", '#include "flow/engine/onnxruntime/engine.h"\n', None),
        ("src/attic/x.cc", '#include "base/text.h"\n', "src/attic may use"),
        ("examples/embed.cc", '#include "base/text.h"\n', "only the public headers"),
    ]
    with tempfile.TemporaryDirectory() as root:
        for path, text, _ in cases:
            os.makedirs(os.path.join(root, os.path.dirname(path)), exist_ok=True)
            with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                file.write(text)
        faults = check(root)
    wrong = []
    for path, _, expected in cases:
        mine = [fault for fault in faults if fault.startswith(path + ":")]
        if bool(mine) != bool(expected) or (expected and expected not in mine[0]):
            wrong.append(f"{path}: expected {expected!r}, got {mine}")
    return wrong


def main(arguments):
    if arguments == ["--self-test"]:
        faults = self_test()
    else:
        faults = check(arguments[0] if arguments else source_files.repository_root())
    for fault in faults:
        print(fault)
    print(f"check_includes: {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
