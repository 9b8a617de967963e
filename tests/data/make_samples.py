"""Makes the small NumPy files beside this script, which src/data/*_test.c read: python3 make_samples.py"""
import os
import zipfile

import numpy as np
from PIL import Image

here = os.path.dirname(os.path.abspath(__file__))
values = [[0, 1, 2], [3, 4, 5]]


def path(name):
    return os.path.join(here, name)


# Every type in both byte orders, and in both orders of the axes: 0 to 5 as (2, 3), or their parity.
for kind in ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1"]:
    data = np.array(values) % 2 if kind == "b1" else np.array(values)
    np.save(path(f"{kind}_little_c.npy"), data.astype("<" + kind))
    np.save(path(f"{kind}_big_fortran.npy"), np.asfortranarray(data.astype(">" + kind)))

with open(path("version2.npy"), "wb") as file:
    np.lib.format.write_array(file, np.array(values, "<i4"), version=(2, 0))
with open(path("version3.npy"), "wb") as file:
    np.lib.format.write_array(file, np.array(values, "<i4"), version=(3, 0))
np.save(path("scalar.npy"), np.float64(2.5))
np.save(path("empty.npy"), np.zeros((0, 3), "<f4"))
np.save(path("fortran_3d.npy"), np.asfortranarray(np.arange(24, dtype="<i4").reshape(2, 3, 4)))
np.save(path("halves.npy"), np.array([1.5, -2, 65504, 6e-8, np.inf, -0.0], "<f2"))
np.save(path("large_u8.npy"), np.array([1, 2**63], "<u8"))
np.save(path("strings.npy"), np.array(["a", "bc"]))
np.save(path("bytes.npy"), np.array([b"a", b"bc"]))
np.save(path("strings_big_fortran.npy"), np.asfortranarray(
    np.array([["a", "größer", ""], ["\U0001f422€", "bc", "d"]]).astype(">U6")))
np.save(path("surrogate.npy"), np.array(["a\ud800"]))
np.save(path("latin1.npy"), np.array(["ö".encode("latin1")]))
np.save(path("complex.npy"), np.array([1j]))
np.save(path("dates.npy"), np.array(["2020-01-01"], "M8[D]"))
np.save(path("objects.npy"), np.array([None, 1], object), allow_pickle=True)
np.save(path("records.npy"), np.zeros(2, [("a", "<f4"), ("b", "<i4")]))

arrays = {"x": np.array(values, "<f4"), "labels": np.array([7, 8], "<i8")}
np.savez(path("stored.npz"), **arrays)
np.savez_compressed(path("deflated.npz"), **arrays)


def npz(name, members, method=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path(name), "w", method) as archive:
        for member, content in members:
            archive.writestr(zipfile.ZipInfo(member), content, method)


good = open(path("i4_little_c.npy"), "rb").read()
npz("readme.npz", [("x.npy", good), ("README.txt", b"not an array")])
npz("bad_member.npz", [("x.npy", good), ("y.npy", b"not an array")])
npz("lzma.npz", [("x.npy", good)], zipfile.ZIP_LZMA)
npz("no_members.npz", [])
import warnings
warnings.simplefilter("ignore")
npz("twice.npz", [("x.npy", good), ("x.npy", good)])
with open(path("bad_sum.npz"), "wb") as file:
    whole = open(path("stored.npz"), "rb").read()
    at = whole.index(np.array(values, "<f4").tobytes()) + 5
    file.write(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:])

# Images of every kind of PNG and JPEG, for the fuzzers to begin with.
os.makedirs(path("images"), exist_ok=True)
gray = (np.indices((9, 11)).sum(0) * 12 % 256).astype("uint8")
colors = np.stack([gray, 255 - gray, gray // 2], -1)
for end in ("png", "jpg"):
    Image.fromarray(gray).save(path("images/gray." + end))
    Image.fromarray(colors).save(path("images/colors." + end))
Image.fromarray(colors).save(path("images/progressive.jpg"), progressive=True)
Image.fromarray(colors).convert("P").save(path("images/palette.png"))
Image.fromarray(np.dstack([colors, gray])).save(path("images/opacity.png"))
