#!/usr/bin/env python3
"""Decode + resize + normalise: ours beside what one would take instead.

  decode_peers.py --ours PROGRAM --batchsizer PROGRAM [--rounds N] [--without-torch]

The same files (already in memory) become the same tensor: 224 x 224 from the
middle of the picture resized, antialiased, to 256 on its short side; normalised
with ImageNet's mean and deviation; float32, NCHW. One thread each, in turns, in
processor time; each peer by its fastest way that we know:
  Pillow       draft() (JPEG's scaled decoding), resize of the crop's box alone
  OpenCV       IMREAD_REDUCED_COLOR_n, resize of the crop's box alone, INTER_AREA
  torchvision  decode_jpeg, resize(antialias) of bytes: it has no scaled decoding
Printed: images a second (median over the rounds) and how many times as fast ours
is: median, lowest and highest round; then how far apart the tensors are.
bench/decode_peers.sh makes the environment and calls this.
"""
import argparse
import io
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time

import cv2
import numpy as np
from PIL import Image

SIDE, SHORT = 224, 256
MEAN = np.array([0.485, 0.456, 0.406], np.float32)
DEVIATION = np.array([0.229, 0.224, 0.225], np.float32)
SCALE, BIAS = 1 / (255 * DEVIATION), -MEAN / DEVIATION


def resized_size(width, height):
    short = min(width, height)
    return int(SHORT * width / short), int(SHORT * height / short)


def box_in(width, height, file_size):
    """The crop's box in a picture of width x height that may have been shrunk."""
    out = resized_size(*file_size)
    left, top = (round((side - SIDE) / 2) for side in out)
    across, down = width / out[0], height / out[1]
    return left * across, top * down, (left + SIDE) * across, (top + SIDE) * down


def normalised(rgb):
    """float32 NCHW of HWC bytes, in as few passes as NumPy can."""
    out = np.empty((3, SIDE, SIDE), np.float32)
    for c in range(3):
        np.multiply(rgb[:, :, c], SCALE[c], out=out[c], casting="unsafe")
        out[c] += BIAS[c]
    return out


def pillow(file):
    picture = Image.open(io.BytesIO(file))
    size = picture.size
    picture.draft("RGB", (SHORT, SHORT))
    box = box_in(*picture.size, size)
    return normalised(np.asarray(picture.resize((SIDE, SIDE), Image.BILINEAR, box=box)))


def opencv_with(interpolation):
    reduced = {1: cv2.IMREAD_COLOR, 2: cv2.IMREAD_REDUCED_COLOR_2, 4: cv2.IMREAD_REDUCED_COLOR_4,
               8: cv2.IMREAD_REDUCED_COLOR_8}
    sizes = {}  # reading headers is not what is compared: a present to OpenCV

    def opencv(file):
        if file not in sizes:  # bytes keep their hash
            sizes[file] = Image.open(io.BytesIO(file)).size
        size = sizes[file]
        factor = max(f for f in reduced if f == 1 or -(-min(size) // f) >= SHORT)
        picture = cv2.imdecode(np.frombuffer(file, np.uint8), reduced[factor])
        left, top, right, bottom = (round(side) for side in
                                    box_in(picture.shape[1], picture.shape[0], size))
        small = cv2.resize(picture[top:bottom, left:right], (SIDE, SIDE),
                           interpolation=interpolation)
        return normalised(small[:, :, ::-1])
    return opencv


def torchvision():
    import torch
    from torchvision.io import ImageReadMode, decode_jpeg
    from torchvision.transforms.v2 import functional
    torch.set_num_threads(1)
    mean, deviation = MEAN.tolist(), DEVIATION.tolist()

    def decode(file):
        raw = torch.frombuffer(bytearray(file), dtype=torch.uint8)
        picture = decode_jpeg(raw, ImageReadMode.RGB)
        small = functional.resize(picture, [SHORT], antialias=True)
        cropped = functional.center_crop(small, [SIDE, SIDE])
        return functional.normalize(cropped.to(torch.float32).div_(255), mean, deviation,
                                    inplace=True).numpy()
    return decode


class Ours:
    def __init__(self, program, paths):
        self.child = subprocess.Popen([program, *paths], stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE, text=True)

    def ask(self, command):
        self.child.stdin.write(command + "\n")
        self.child.stdin.flush()
        return self.child.stdout.readline().strip()

    def seconds(self):
        return float(self.ask("run"))

    def tensors(self, count):
        with tempfile.TemporaryDirectory() as folder:
            self.ask(f"dump {folder}/tensors")
            return np.fromfile(f"{folder}/tensors", np.float32).reshape(count, 3, SIDE, SIDE)

    def close(self):
        self.child.stdin.close()
        self.child.wait()


def seconds(decode, files):
    began = time.process_time()
    for file in files:
        decode(file)
    return time.process_time() - began


def make_camera_photos(folder, sources, count=6):
    """12 million pixels, a few MiB each, like a phone's."""
    made = []
    for i, source in enumerate(sources[:count]):
        photo = cv2.resize(cv2.imread(source), (4032, 3024), interpolation=cv2.INTER_CUBIC)
        noise = np.random.default_rng(i).normal(0, 4, photo.shape)
        path = os.path.join(folder, f"camera-{i}.jpg")
        noisy = np.clip(photo + noise, 0, 255).astype(np.uint8)
        Image.fromarray(noisy[:, :, ::-1]).save(path, quality=90, subsampling=2)
        made.append(path)
    return made


def compare(title, paths, program, peers, rounds):
    files = [open(path, "rb").read() for path in paths]
    ours = Ours(program, paths)
    mib = sum(map(len, files)) / len(files) / 2**20
    print(f"\n{title}: {len(files)} files, {mib:.2f} MiB on average; {rounds} rounds")
    taken = {name: [] for name in ("ours", *peers)}
    for round_number in range(-1, rounds):  # the first one warms up
        order = list(taken)
        random.Random(round_number).shuffle(order)
        for name in order:
            spent = ours.seconds() if name == "ours" else seconds(peers[name], files)
            if round_number >= 0:
                taken[name].append(spent)
    print(f"  {'':14} {'images/s':>9}   ours is so many times as fast")
    for name, times in taken.items():
        ratios = sorted(theirs / mine for theirs, mine in zip(times, taken["ours"]))
        print(f"  {name:14} {len(files) / statistics.median(times):9.1f}   "
              f"{statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})")
    tensors = ours.tensors(len(files))
    print(f"  {'':14} how far from ours, of 255: mean, 99.9 % within, largest")
    for name, decode in peers.items():
        apart = np.concatenate([np.abs(decode(file) - mine) * 255 * DEVIATION[:, None, None]
                                for file, mine in zip(files, tensors)]).ravel()
        print(f"  {name:14} {apart.mean():9.2f} {np.quantile(apart, 0.999):9.2f} {apart.max():9.2f}")
    ours.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ours", required=True)
    parser.add_argument("--batchsizer", required=True)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--without-torch", action="store_true")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    peers = {"Pillow": pillow, "OpenCV": opencv_with(cv2.INTER_AREA),
             "OpenCV linear": opencv_with(cv2.INTER_LINEAR)}  # not antialiased: to compare
    versions = f"Pillow {Image.__version__}, OpenCV {cv2.__version__}"
    if not arguments.without_torch:
        import torchvision as module
        peers["torchvision"] = torchvision()
        versions += f", torchvision {module.__version__}"
    print(f"Python {sys.version.split()[0]}, {versions}")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([arguments.batchsizer, "dataset", "--out", folder, "--count", "64",
                        "--quiet"], check=True)
        photos = sorted(os.path.join(folder, name) for name in os.listdir(folder))
        compare("like ImageNet", photos, arguments.ours, peers, arguments.rounds)
        camera = make_camera_photos(folder, photos)
        compare("camera, 4032 x 3024", camera, arguments.ours, peers, max(3, arguments.rounds // 3))


if __name__ == "__main__":
    main()
