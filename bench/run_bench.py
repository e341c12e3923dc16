#!/usr/bin/env python3
"""How good `run` is as a whole: against the bare engine, in memory, on a million
files, and how fast a device its input keeps up with.

  run_bench.py BUILD_FOLDER [PART ...]       parts: engine memory million pipeline

Every comparison is made in turns, so that a slow minute of the machine hits both
sides; a row shows the median with the lowest and highest in brackets.
"""
import json
import os
import statistics
import struct
import subprocess
import sys
import tempfile
import time
import zlib

ROUNDS = 5
LOW_LOAD = ("--policy", "fixed", "--power-cap", "100000", "--device", "cpu", "--meter",
            "estimate:10,100", "--quiet", "--json")


def png(side, shade):
    """A picture that takes next to no time to decode."""
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I",
                                                                        zlib.crc32(kind + body))
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    rows = (b"\0" + bytes([shade]) * side) * side
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows))
            + chunk(b"IEND", b""))


def show(values, digits=3):
    return (f"{statistics.median(values):.{digits}f} "
            f"[{min(values):.{digits}f}, {max(values):.{digits}f}]")


class Bench:
    def __init__(self, build, work):
        self.program = os.path.join(build, "batchsizer")
        self.bare = os.path.join(build, "bench", "rivals", "bare_engine")
        self.work = work
        self.model = os.path.join(work, "m.onnx")
        self.call("zoo", "build", "mobilenet-v1", "--output", self.model, "--quiet")

    def call(self, *args):
        """stdout, and the most memory that the process had, in KiB."""
        with subprocess.Popen([self.program, *map(str, args)], stdout=subprocess.PIPE) as process:
            out = process.stdout.read()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            sys.exit(f"run_bench: {args} ended with {process.returncode}")
        return out, usage.ru_maxrss

    def photos(self, count):
        folder = os.path.join(self.work, f"photos-{count}")
        if not os.path.exists(folder):
            self.call("dataset", "--out", folder, "--count", count, "--quiet")
        return folder

    def thumbnails(self, count):
        folder = os.path.join(self.work, "thumbnails")
        if not os.path.exists(folder):
            os.makedirs(folder)
            for number in range(count):
                with open(os.path.join(folder, f"{number:03}.png"), "wb") as file:
                    file.write(png(64, number))
        return folder

    def run(self, images, batch, count, threads=1):
        out, memory = self.call("run", "--model", self.model, "--images", images, "--repeat",
                                100000, "--max-images", count, "--batch", batch, "--batch-sizes",
                                batch, "--threads", threads, *LOW_LOAD, "--output",
                                os.path.join(self.work, "r.jsonl"))
        return json.loads(out), memory

    def run_bare(self, batch, batches, threads=1):
        done = subprocess.run([self.bare, self.model, str(threads), str(batch), str(batches)],
                              check=True, capture_output=True)
        return json.loads(done.stdout)

    def engine(self):
        """Images/s of a whole run over those of the bare engine; both with one thread."""
        print("== run over the bare engine, images/s (MobileNet-v1, engine with 1 thread); the run's"
              " first batch,\n   which makes the engine's buffers, counts, the bare engine's does not")
        print("   images       batch  run            bare           ratio"
              "                  decoding takes")
        for name, images in (("thumbnails", self.thumbnails(100)), ("photos", self.photos(100))):
            for batch, batches in ((1, 600), (8, 80), (32, 50)):
                self.compare_engine(name, images, batch, batches)

    def compare_engine(self, name, images, batch, batches):
        ours, bare, ratios, cores = [], [], [], []
        for _ in range(ROUNDS):
            before = self.run_bare(batch, batches)["images_per_s"]
            summary, _ = self.run(images, batch, batch * batches)
            after = self.run_bare(batch, batches)["images_per_s"]
            bare.append((before + after) / 2)
            ours.append(summary["images"] / summary["wall_time_s"])
            ratios.append(ours[-1] / bare[-1])
            cores.append(ours[-1] / summary["decode_limit_ips"] * os.cpu_count())
        print(f"   {name:<11}  {batch:>5}  {statistics.median(ours):<13.1f}  "
              f"{statistics.median(bare):<13.1f}  {show(ratios)}   "
              f"{statistics.median(cores):.2f} of a core")

    def memory(self):
        """The most memory of a run over that of the bare engine at the same batch size."""
        print("== peak memory, MiB, batch 32 (MobileNet-v1, photos)")
        ours, bare = [], []
        for _ in range(3):
            ours.append(self.run(self.photos(100), 32, 640)[1] / 1024)
            bare.append(self.run_bare(32, 20)["peak_rss_kib"] / 1024)
        ratios = [a / b for a, b in zip(ours, bare)]
        print(f"   run {show(ours, 0)}, bare {show(bare, 0)}, ratio {show(ratios, 2)}")

    def million(self):
        """A million files: until the run is over that takes one batch, all included."""
        print("== 1,000,000 files: seconds from start to end of a run of one image, and memory")
        folder = os.path.join(self.work, "million")
        source = os.path.join(self.work, "source")
        os.makedirs(folder)
        os.makedirs(source)
        names = []
        for number in range(1_000_000):
            original = os.path.join(source, f"{number // 50_000}.png")
            if number % 50_000 == 0:
                with open(original, "wb") as file:
                    file.write(png(16, number // 50_000))
            names.append(os.path.join(folder, f"img_{number:07}.png"))
            os.link(original, names[-1])
        listing = os.path.join(self.work, "list.txt")
        with open(listing, "w", encoding="utf-8") as file:
            file.write("\n".join(names))
        for what, images in (("folder", folder), ("list", listing)):
            self.start_million(what, images)

    def start_million(self, what, images):
        common = ("run", "--model", self.model, "--images", images, "--power-cap", 120, "--device",
                  "emulated:p40", "--no-outputs", "--quiet", "--json")
        times = []
        for _ in range(5):
            began = time.monotonic()
            self.call(*common, "--max-images", 1)
            times.append(time.monotonic() - began)
        # Long enough that all are listed.
        _, memory = self.call(*common, "--max-images", 50_000)
        print(f"   {what:<7} {show(times)} s; {memory / 1024:.0f} MiB after 50,000 images")

    def pipeline(self):
        """Devices of rising speed, emulated in real time: where does input hold them up?"""
        print("== emulated devices in real time (photos, batch 32): does the input keep up?")
        print("   device, images/s   reached, images/s   the engine waited   host's limit, images/s")
        limit = self.pace(1_000_000)
        for share in (0.25, 0.5, 0.75, 0.9, 1.1):
            self.pace(share * limit)

    def pace(self, speed):
        curve = os.path.join(self.work, "curve.csv")
        with open(curve, "w", encoding="utf-8") as file:
            file.write("batch,clock_mhz,throughput_ips,power_w\n")
            file.writelines(f"{batch},1000,{speed},100\n" for batch in (1, 64))
        images = max(640, int(min(speed, 2000) * 4))
        out, _ = self.call("run", "--model", self.model, "--images", self.photos(100), "--repeat",
                           10000, "--max-images", images, "--batch", 32, "--batch-sizes", "1,32",
                           "--policy", "fixed", "--power-cap", 1000, "--device",
                           f"emulated:curve={curve}", "--no-outputs", "--real-time", "--quiet",
                           "--json")
        summary = json.loads(out)
        print(f"   {speed:>16.0f}   {summary['images'] / summary['wall_time_s']:>17.0f}   "
              f"{100 * summary['input_wait_share']:>15.1f} %   {summary['decode_limit_ips']:>21.0f}")
        return summary["images"] / summary["wall_time_s"]


def main():
    build, parts = os.path.abspath(sys.argv[1]), sys.argv[2:]
    with tempfile.TemporaryDirectory(prefix="batchsizer-bench-") as work:
        bench = Bench(build, work)
        for part in parts or ("engine", "memory", "million", "pipeline"):
            getattr(bench, part)()


if __name__ == "__main__":
    main()
