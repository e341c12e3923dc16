#!/usr/bin/env python3
"""Makes the pictures beside this file, and what the reference makes of them.

  make_images.py FOLDER     needs pillow, numpy, opencv-python-headless (a venv)
                            and libturbojpeg.so.0

Each picture is one kind of file that a folder of photos may hold. References are
Pillow's pixels: ImageOps.exif_transpose, convert("RGB"), then Resize and
CenterCrop as torchvision has them, with BILINEAR, for a model of 24 x 24 pixels
whose crop is 0.875 of the short side. They are stacked in references.png, in the
order of references.txt: a line is a file's name and where its reference comes
from, if not from Pillow. tiny/ has files to be damaged.
"""
import ctypes
import io
import pathlib
import struct
import sys
import zlib

import cv2
import numpy as np
from PIL import Image, ImageOps

MODEL = 24
RESIZED = round(MODEL / 0.875)


def scene(width, height, channels=3, seed=1):
    """Smooth colours, hard edges and a little noise; different in every corner."""
    y, x = np.mgrid[0:height, 0:width].astype(float)
    u, v = x / max(width - 1, 1), y / max(height - 1, 1)
    planes = [255 * u, 255 * v, 255 * (1 - u) * (1 - v), 128 + 127 * np.sin(6 * u + 4 * v)]
    picture = np.stack(planes[:channels], axis=-1) * 0.8 + 20
    picture[(u - 0.3) ** 2 + (v - 0.35) ** 2 < 0.03] = [230, 40, 60, 90][:channels]
    picture[(u > 0.6) & (v > 0.55) & (v < 0.8)] = [30, 60, 200, 160][:channels]
    picture += np.random.default_rng(seed).normal(0, 3, picture.shape)
    return np.clip(picture, 0, 255).astype(np.uint8)


def tiff(orientation, little):
    """EXIF data with a make, an orientation and a width, as cameras write them."""
    order = "<" if little else ">"
    entries = [(0x010F, 2, 4, b"Cam\0"), (0x0112, 3, 1, struct.pack(order + "HH", orientation, 0)),
               (0xA002, 4, 1, struct.pack(order + "I", 48))]
    body = struct.pack(order + "H", len(entries))
    for tag, kind, count, value in entries:
        body += struct.pack(order + "HHI", tag, kind, count) + value
    start = b"II*\0" if little else b"MM\0*"
    return start + struct.pack(order + "I", 8) + body + bytes(4)


def save(pixels, kind, mode=None, **options):
    out = io.BytesIO()
    picture = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels, mode)
    picture.save(out, kind, **options)
    return out.getvalue()


def jpeg(pixels, mode=None, **options):
    return save(pixels, "JPEG", mode, **{"quality": 92, **options})


def opencv_jpeg(pixels, factor):
    flags = [cv2.IMWRITE_JPEG_QUALITY, 92, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, factor]
    return cv2.imencode(".jpg", pixels[:, :, ::-1], flags)[1].tobytes()


def ycck_jpeg(cmyk):
    """TurboJPEG makes YCCK of CMYK; Pillow cannot."""
    turbo = ctypes.CDLL("libturbojpeg.so.0")
    turbo.tjInitCompress.restype = ctypes.c_void_p
    out, size = ctypes.c_void_p(), ctypes.c_ulong()
    height, width = cmyk.shape[:2]
    data, cmyk_format, full_colour, quality = np.ascontiguousarray(cmyk).tobytes(), 11, 0, 92
    failed = turbo.tjCompress2(ctypes.c_void_p(turbo.tjInitCompress()), data, width, 0, height,
                               cmyk_format, ctypes.byref(out), ctypes.byref(size), full_colour,
                               quality, 0)
    assert failed == 0
    return ctypes.string_at(out, size.value)


def without_adobe(file):
    at = file.index(b"\xff\xee")
    return file[:at] + file[at + 2 + struct.unpack(">H", file[at + 2:at + 4])[0]:]


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width, height, depth, colour, data, interlaced=False, before=b"", after=b""):
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(interlaced))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + before +
            chunk(b"IDAT", zlib.compress(data, 9)) + after + chunk(b"IEND", b""))


def plain_rows(pixels):
    return b"".join(b"\0" + row.tobytes() for row in pixels)


def interlaced_rows(pixels):
    passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
              (0, 1, 1, 2)]
    parts = (pixels[y::dy, x::dx] for x, y, dx, dy in passes)
    return b"".join(plain_rows(part) for part in parts if part.size)


def jpegs():
    rgb = scene(48, 40)
    for name, sampling in (("444", 0), ("422", 1), ("420", 2)):
        yield f"sampled-{name}.jpg", jpeg(rgb, subsampling=sampling)
    yield "sampled-440.jpg", opencv_jpeg(rgb, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_440)
    yield "sampled-411.jpg", opencv_jpeg(rgb, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_411)
    yield "odd-size-420.jpg", jpeg(scene(37, 53), subsampling=2)
    yield "progressive.jpg", jpeg(rgb, progressive=True)
    yield "restarts.jpg", jpeg(rgb, restart_marker_blocks=3)
    yield "stored-rgb.jpg", jpeg(rgb, keep_rgb=True)
    yield "grey.jpg", jpeg(rgb[:, :, 1])
    cmyk = jpeg(scene(48, 40, 4), "CMYK")
    yield "cmyk.jpg", cmyk
    yield "cmyk-without-adobe.jpg", without_adobe(cmyk)
    yield "ycck.jpg", ycck_jpeg(scene(48, 40, 4))
    for orientation in range(1, 9):
        exif = b"Exif\0\0" + tiff(orientation, little=orientation % 2 == 0)
        yield f"exif-{orientation}.jpg", jpeg(rgb, exif=exif)
    for what, exif in (("offset", b"II*\0\xf0\xff\xff\xff"), ("cut", tiff(6, True)[:22]),
                       ("value", tiff(99, False)), ("empty", b"")):
        yield f"exif-bad-{what}.jpg", jpeg(rgb, exif=b"Exif\0\0" + exif)
    yield "one-pixel.jpg", jpeg(scene(1, 1))
    yield "one-column.jpg", jpeg(scene(1, 60))
    yield "one-row.jpg", jpeg(scene(60, 1))


def shrunk_jpegs():
    """Large enough to be decoded at 1/2, 1/4, 1/8; smooth enough to stay small."""
    for width, height in ((90, 70), (130, 181), (301, 259)):
        blurred = cv2.GaussianBlur(scene(width, height), (0, 0), width / 40)
        yield f"shrunk-{width}.jpg", jpeg(blurred, quality=85, subsampling=2)
    blurred = cv2.GaussianBlur(scene(259, 140), (0, 0), 6)
    yield "shrunk-exif-6.jpg", jpeg(blurred, quality=85, exif=b"Exif\0\0" + tiff(6, False))


def pngs():
    rgb, rgba = scene(40, 36), scene(40, 36, 4)
    yield "rgb.png", save(rgb, "PNG")
    yield "alpha.png", save(rgba, "PNG", "RGBA")
    yield "grey.png", save(rgb[:, :, 0], "PNG")
    yield "grey-alpha.png", save(np.ascontiguousarray(rgba[:, :, 2:]), "PNG", "LA")
    yield "one-bit.png", save(Image.fromarray(rgb[:, :, 0]).convert("1"), "PNG")
    palette = Image.fromarray(rgb).quantize(32)
    yield "palette.png", save(palette, "PNG")
    yield "palette-clear.png", save(palette, "PNG", transparency=bytes(range(0, 256, 8)))
    yield "rgb-clear-colour.png", png(40, 36, 8, 2, plain_rows(rgb),
                                      before=chunk(b"tRNS", bytes([0, 230, 0, 40, 0, 60])))
    yield "interlaced.png", png(40, 36, 8, 2, interlaced_rows(rgb), interlaced=True)
    deep = rgb.astype(">u2") * 257
    yield "rgb-16.png", png(40, 36, 16, 2, plain_rows(deep))
    yield "grey-16.png", png(40, 36, 16, 0, plain_rows(np.ascontiguousarray(deep[:, :, 0])))
    yield "exif-6.png", save(rgb, "PNG", exif=tiff(6, False))
    yield "exif-8-at-end.png", png(40, 36, 8, 2, plain_rows(rgb),
                                   after=chunk(b"eXIf", tiff(8, True)))
    yield "one-pixel.png", save(scene(1, 1), "PNG")


def webps():
    rgb, rgba = scene(48, 40), Image.fromarray(scene(48, 40, 4), "RGBA")
    yield "lossy.webp", save(rgb, "WEBP", quality=90)
    yield "lossless.webp", save(rgb, "WEBP", lossless=True)
    yield "lossy-alpha.webp", save(rgba, "WEBP", quality=90, exact=True)
    yield "lossless-alpha.webp", save(rgba, "WEBP", lossless=True, exact=True)
    yield "exif-6.webp", save(rgb, "WEBP", quality=90, exif=tiff(6, True))
    yield "exif-3-lossless.webp", save(rgb, "WEBP", lossless=True, exif=tiff(3, False))
    frames = [Image.fromarray(scene(48, 40, seed=seed)) for seed in (2, 3)]
    yield "animated.webp", save(frames[0], "WEBP", save_all=True, append_images=frames[1:])
    yield "large.webp", save(cv2.GaussianBlur(scene(301, 259), (0, 0), 5), "WEBP", quality=80)
    yield "one-pixel.webp", save(scene(1, 1), "WEBP")


def tiny():
    """One of each decoder's ways, as small as can be."""
    rgb = scene(9, 7)
    small = {"quality": 40, "optimize": True}
    yield "baseline.jpg", jpeg(rgb, **small, subsampling=2)
    yield "progressive.jpg", jpeg(rgb, **small, progressive=True)
    yield "exif.jpg", jpeg(rgb[:, :, 0], **small, exif=b"Exif\0\0" + tiff(6, True))
    yield "cmyk.jpg", jpeg(scene(9, 7, 4), "CMYK", **small)
    yield "window.jpg", jpeg(scene(50, 50)[:, :, 0], quality=10, optimize=True)
    yield "rgb.png", save(rgb, "PNG")
    yield "palette.png", save(Image.fromarray(rgb).quantize(8), "PNG", transparency=bytes(8))
    grey = scene(9, 7, 1)[:, :, 0]
    yield "interlaced.png", png(9, 7, 8, 0, interlaced_rows(grey), interlaced=True,
                                before=chunk(b"eXIf", tiff(5, False)))
    yield "lossy.webp", save(rgb, "WEBP", quality=40)
    yield "lossless.webp", save(rgb, "WEBP", lossless=True, exif=tiff(7, True))
    yield "alpha.webp", save(scene(9, 7, 4), "WEBP", "RGBA", quality=40)
    frames = [Image.fromarray(scene(9, 7, seed=seed)) for seed in (2, 3)]
    yield "animated.webp", save(frames[0], "WEBP", save_all=True, append_images=frames[1:],
                                quality=40)


def resized_and_cropped(picture):
    width, height = picture.size
    if width <= height:
        size = (RESIZED, int(RESIZED * height / width))
    else:
        size = (int(RESIZED * width / height), RESIZED)
    picture = picture.resize(size, Image.BILINEAR)
    left, top = round((size[0] - MODEL) / 2), round((size[1] - MODEL) / 2)
    return np.asarray(picture.crop((left, top, left + MODEL, top + MODEL)))


def reference(name, file):
    """Pixels, and a word on where they come from if not from Pillow alone."""
    picture = Image.open(io.BytesIO(file))
    if picture.mode.startswith("I"):  # Pillow cuts 16-bit grey off at 255
        deep = np.asarray(picture).astype(float)
        return resized_and_cropped(Image.fromarray(np.rint(deep / 257).astype(np.uint8))
                                   .convert("RGB")), "scaled to 8 bits by NumPy"
    if "-bad-" not in name:
        picture.load()
        picture = ImageOps.exif_transpose(picture)
    return resized_and_cropped(picture.convert("RGB")), ""


def main():
    folder = pathlib.Path(sys.argv[1])
    (folder / "tiny").mkdir(parents=True, exist_ok=True)
    stacked, names = [], []
    for make in (jpegs, shrunk_jpegs, pngs, webps):
        for name, file in make():
            (folder / name).write_bytes(file)
            pixels, source = reference(name, file)
            stacked.append(pixels)
            names.append(f"{name} {source}".strip())
    (folder / "references.png").write_bytes(save(np.concatenate(stacked), "PNG", optimize=True))
    (folder / "references.txt").write_text("\n".join(names) + "\n")
    for name, file in tiny():
        (folder / "tiny" / name).write_bytes(file)


if __name__ == "__main__":
    main()
