"""Pages in Chromium, without a window: what they become, and how they look."""
import os
import struct
import subprocess
import zlib

HANGS_AFTER_S = 200


def browse(browser, folder, page, *options):
    """Opens a file, with a profile in folder. Returns the ended process."""
    # Root may not have a sandbox; a container's /dev/shm may be tiny.
    return subprocess.run(
        [browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
         "--no-first-run", "--disable-extensions",
         f"--user-data-dir={os.path.join(folder, 'profile')}",
         "--virtual-time-budget=5000", "--window-size=1280,900", *options, "file://" + page],
        capture_output=True, timeout=HANGS_AFTER_S, check=False, text=True,
        env=dict(os.environ, HOME=folder))


def pixels(path):
    """The colours of a PNG with 8 bits a channel: (width, rows of bytes, bytes a pixel)."""
    with open(path, "rb") as file:
        content = file.read()
    at, body, width, depth = 8, b"", 0, 3
    while at < len(content):
        length, kind = struct.unpack(">I4s", content[at:at + 8])
        chunk = content[at + 8:at + 8 + length]
        if kind == b"IHDR":
            width, depth = struct.unpack(">I", chunk[:4])[0], {2: 3, 6: 4}[chunk[9]]
        if kind == b"IDAT":
            body += chunk
        at += 12 + length
    return width, depth, undo_filters(zlib.decompress(body), width * depth, depth)


def undo_filters(packed, stride, depth):
    rows, above = [], bytes(stride)
    for start in range(0, len(packed), stride + 1):
        how, row = packed[start], bytearray(packed[start + 1:start + 1 + stride])
        for i in range(stride):
            left, up = (row[i - depth] if i >= depth else 0), above[i]
            corner = above[i - depth] if i >= depth else 0
            row[i] = (row[i] + (0, left, up, (left + up) // 2,
                                paeth(left, up, corner))[how]) & 255
        rows.append(bytes(row))
        above = rows[-1]
    return rows


def paeth(left, up, corner):
    estimate = left + up - corner
    return min((left, up, corner), key=lambda value: abs(estimate - value))
