#!/usr/bin/env python3
"""Makes the small data sets beside this script. Needs numpy and pillow.

Pixels follow one formula, so that the tests know them without these files:
pixel(n, c, y, x) = (37 n + 11 c + 5 y + 3 x) mod 251.
"""

import gzip
import io
import pathlib
import struct
import tarfile
import zipfile

import numpy as np
from PIL import Image

HERE = pathlib.Path(__file__).parent


def pixels(count, channels, height, width, first=0):
    n, c, y, x = np.ogrid[first : first + count, :channels, :height, :width]
    return ((37 * n + 11 * c + 5 * y + 3 * x) % 251).astype(np.uint8)


def write(path, data, packed=True):
    path = HERE / path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(data, mtime=0) if packed else data)


def npz(path, compressed=True, **arrays):
    """As numpy.savez, but with a fixed time, so that the bytes are the same each time."""
    path = HERE / path
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, array in arrays.items():
            data = io.BytesIO()
            np.lib.format.write_array(data, np.asanyarray(array))
            entry = zipfile.ZipInfo(name + ".npy")
            entry.compress_type = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
            with archive.open(entry, "w", force_zip64=True) as file:
                file.write(data.getvalue())


def cifar(count, first, coarse=False):
    images = pixels(count, 3, 32, 32, first)
    label = lambda n: bytes([7, (first + n) % 100]) if coarse else bytes([(first + n) % 10])
    return b"".join(label(n) + images[n].tobytes() for n in range(count))


def make_cifar():
    write("cifar10/train-00.bin.gz", cifar(3, 0))
    write("cifar10/train-01.bin.gz", cifar(4, 3))
    write("cifar10/test.bin.gz", cifar(2, 7))
    write("cifar100/train.bin.gz", cifar(2, 50, coarse=True))
    write("cifar100/test.bin.gz", cifar(1, 52, coarse=True))
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in [("batches.meta.txt", b"airplane\n"), ("data_batch_1.bin", cifar(3, 0)),
                              ("test_batch.bin", cifar(2, 7))]:
            entry = tarfile.TarInfo("cifar-10-batches-bin/" + name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    write("mirror/cifar-tiny.tar.gz", data.getvalue())


def make_idx():
    for prefix, count, first in [("train", 6, 0), ("t10k", 2, 6)]:
        images = pixels(count, 1, 5, 4, first)
        labels = bytes((first + n) % 10 for n in range(count))
        write(f"idx/{prefix}-images-idx3-ubyte.gz", struct.pack(">IIII", 0x803, count, 5, 4) + images.tobytes())
        write(f"idx/{prefix}-labels-idx1-ubyte.gz", struct.pack(">II", 0x801, count) + labels)


def make_npz():
    labels = np.arange(6) % 4
    grey = pixels(8, 1, 5, 4)[:, 0]
    npz("npz/mnist.npz", x_train=grey[:6], y_train=labels.astype(np.uint8), x_test=grey[6:],
        y_test=np.array([2, 3], np.uint8))
    colour = pixels(8, 3, 5, 4) / 4
    npz("npz-split/train.npz", False, x=colour[:6].astype(np.float32), y=labels.astype(np.int64)[:, None])
    npz("npz-split/test.npz", False, x=colour[6:].astype(np.float32), y=np.array([2, 3], np.int16))
    last = colour.transpose(0, 2, 3, 1)
    npz("npz-last/data.npz", x_train=np.ascontiguousarray(last[:6]), y_train=labels.astype(np.int32),
        x_test=np.ascontiguousarray(last[6:]), y_test=np.array([2, 3], np.uint64))
    test = dict(x_test=grey[6:], y_test=np.array([2, 3]))
    npz("npz-fortran/data.npz", x_train=np.asfortranarray(grey[:6]), y_train=labels, **test)
    npz("npz-complex/data.npz", x_train=grey[:6].astype(np.complex64), y_train=labels, **test)
    npz("npz-nan/data.npz", x_train=np.where(grey[:6] == 40, np.nan, grey[:6]).astype(np.float32), y_train=labels,
        x_test=grey[6:].astype(np.float32), y_test=np.array([2, 3]))
    npz("npz-label/data.npz", x_train=grey[:6], y_train=np.array([0, 1, -2, 3, 0, 1]), **test)
    npz("npz-count/data.npz", x_train=grey[:6], y_train=labels[:5], **test)
    npz("npz-shape/data.npz", x_train=grey[:6].reshape(6, 20), y_train=labels, **test)


def save(image, path, **options):
    path = HERE / path
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, **options)


def make_folders():
    colour = pixels(6, 3, 12, 10).transpose(0, 2, 3, 1)
    for n, name in enumerate(["train/cat/a.png", "train/cat/b.png", "train/dog/a.png", "train/dog/b.png",
                              "test/cat/a.png", "test/dog/a.png"]):
        save(Image.fromarray(colour[n]), "folders/" + name)
    grey = pixels(4, 1, 12, 10)[:, 0]
    for n, name in enumerate(["train/x/a.png", "train/y/a.png", "test/x/a.png", "test/y/a.png"]):
        save(Image.fromarray(grey[n]), "folders-grey/" + name)
    # JPEG loses, so what Pillow decodes stands beside it: height, width, channel order.
    smooth = Image.fromarray(np.linspace(0, 255, 16 * 24 * 3).reshape(16, 24, 3).astype(np.uint8))
    for name in ["train/a/1.jpg", "test/a/1.jpeg"]:
        save(smooth, "folders-jpeg/" + name, quality=90, subsampling=0)
    write("jpeg-pixels.bin", np.asarray(Image.open(HERE / "folders-jpeg/train/a/1.jpg")).tobytes(), packed=False)
    # A palette and half transparency: red, then black shining through half of green.
    palette = Image.fromarray(np.zeros((2, 2), np.uint8), "P")
    palette.putpalette([255, 0, 0])
    save(palette, "folders-kinds/train/a/palette.png")
    save(Image.fromarray(np.full((2, 2, 4), [0, 255, 0, 0], np.uint8), "RGBA"), "folders-kinds/test/a/clear.png")


make_cifar()
make_idx()
make_npz()
make_folders()
