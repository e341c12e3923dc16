#!/usr/bin/env python3
"""Runs clang-tidy over the project's .cc files, in parallel, remembering what
was clean.

  run_clang_tidy.py CLANG_TIDY BUILD_FOLDER JOBS

A file is looked at again only when its key changes: the tool's version,
.clang-tidy, the compile command, and the text of the file and of every header
of ours that it includes, directly or not. Clean keys are kept as empty files in
BUILD_FOLDER/clean. Exit 1 when a file has findings.
"""
import concurrent.futures
import hashlib
import json
import os
import re
import shlex
import subprocess
import sys
import time

import source_files

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*[<"]([^>"]+)[>"]', re.MULTILINE)


class Headers:
    """The files of ours that a file includes, with their texts."""

    def __init__(self, root):
        self.root = root
        self.known = {}

    def direct(self, path):
        if path not in self.known:
            text = source_files.read(self.root, path)
            beside = os.path.dirname(path)
            ours = [os.path.normpath(os.path.join(folder, name))
                    for name in INCLUDE.findall(text)
                    for folder in ("src", "include", "test", beside)]
            ours = [p for p in ours if os.path.isfile(os.path.join(self.root, p))]
            self.known[path] = (hashlib.sha256(text.encode()).hexdigest(), ours)
        return self.known[path]

    def digests(self, path):
        """Digests of path and of all it includes, in a fixed order."""
        seen, waiting = set(), [path]
        while waiting:
            current = waiting.pop()
            if current not in seen:
                seen.add(current)
                waiting += self.direct(current)[1]
        return [f"{p} {self.direct(p)[0]}" for p in sorted(seen)]


def compile_commands(root, build):
    """{path below root: its compile command} for our own files."""
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        entries = json.load(file)
    found = {}
    for entry in entries:
        path = os.path.relpath(entry["file"], root)
        if path.split(os.sep)[0] in source_files.FOLDERS:
            found[path] = entry["command"]
    return found


def run_one(tool, build, path):
    """(seconds, findings) of one file."""
    start = time.monotonic()
    done = subprocess.run([tool, "-quiet", "-p", build, path], capture_output=True, text=True,
                          check=False)
    findings = ""
    if done.returncode != 0:
        noise = re.compile(r"^\d+ warnings?.*generated\.$|^Suppressed |^Use -header-filter")
        lines = (done.stdout + done.stderr).splitlines()
        findings = "\n".join(line for line in lines if not noise.match(line))
        findings = findings or f"{path}: {shlex.quote(tool)} exited {done.returncode}"
    return time.monotonic() - start, findings


def main(arguments):
    tool, build, jobs = arguments[0], os.path.abspath(arguments[1]), int(arguments[2])
    root = source_files.repository_root()
    os.chdir(root)
    store = os.path.join(build, "clean")
    os.makedirs(store, exist_ok=True)
    version = subprocess.run([tool, "--version"], capture_output=True, text=True, check=True).stdout
    headers = Headers(root)
    keys = {}
    for path, command in compile_commands(root, build).items():
        parts = [version, source_files.read(root, ".clang-tidy"), command] + headers.digests(path)
        keys[path] = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    waiting = [p for p in sorted(keys) if not os.path.exists(os.path.join(store, keys[p]))]
    dirty = 0
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        results = pool.map(lambda path: run_one(tool, build, path), waiting)
        for number, (path, (seconds, findings)) in enumerate(zip(waiting, results), 1):
            print(f"[{number}/{len(waiting)}] {path} ({seconds:.1f} s)", flush=True)
            if findings:
                dirty += 1
                print(findings, flush=True)
            else:
                open(os.path.join(store, keys[path]), "w", encoding="utf-8").close()
    for name in set(os.listdir(store)) - set(keys.values()):
        os.remove(os.path.join(store, name))
    print(f"clang-tidy: {len(keys)} files, {len(waiting)} looked at, {dirty} with findings")
    return 1 if dirty else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
