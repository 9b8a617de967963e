"""Writes the samples of HDF5 files in tests/data/hdf5: python tests/data/make_hdf5.py (h5py 3.14, NumPy)."""
import os
import pathlib

import h5py
import numpy as np

HERE = pathlib.Path(__file__).resolve().parent / "hdf5"


def numbers(file):
    """Every type of number, both byte orders, as counting numbers; and other shapes than a matrix."""
    kinds = [order + kind for order in "<>" for kind in ("f2", "f4", "f8", "i2", "i4", "i8", "u2", "u4", "u8")]
    for kind in kinds + ["i1", "u1"]:
        name = kind.replace("<", "little_").replace(">", "big_")
        file.create_dataset(name, data=np.arange(6).reshape(2, 3).astype(kind), track_times=False)
    file.create_dataset("bool", data=np.array([True, False, True]), track_times=False)
    file.create_dataset("scalar", data=np.float32(2.5), track_times=False)
    file.create_dataset("nothing", data=np.zeros((0, 4), "f4"), track_times=False)
    file.create_dataset("unwritten", (3,), "f4", fillvalue=1.5, track_times=False)
    half = file.create_dataset("bfloat16", data=np.array([0x3F80, 0xC000], "u2").view("V2"), track_times=False)
    half.attrs["dtype"] = "bfloat16"
    file.create_dataset("opaque", data=np.array([1, 2], "u2").view("V2"), track_times=False)
    file.create_dataset("words", data=["a", "b"], dtype=h5py.string_dtype(), track_times=False)
    file.create_dataset("compound", data=np.zeros(2, [("a", "f4"), ("b", "i4")]), track_times=False)


def attributes(file):
    """Strings as h5py 2 and h5py 3 write them, lists in parts, and numbers."""
    file.attrs["text"] = "größer"
    file.attrs["bytes"] = b"bytes"
    file.attrs["fixed"] = np.bytes_("fixed")
    file.attrs["long"] = "long " * 3000
    file.attrs["names"] = ["input_1", "dense_1", ""]
    file.attrs["fixed_names"] = np.array([b"input_1", b"dense_1"])
    spaces = h5py.h5t.TypeID.copy(h5py.h5t.C_S1)
    spaces.set_size(6)
    spaces.set_strpad(h5py.h5t.STR_SPACEPAD)
    attribute = h5py.h5a.create(file.id, b"spaces", spaces, h5py.h5s.create_simple((2,)))
    attribute.write(np.array([b"ab    ", b"abcdef"]), spaces)
    file.attrs["parts0"] = ["a", "b"]
    file.attrs["parts1"] = ["c"]
    file.attrs["empty"] = []
    file.attrs["null"] = h5py.Empty("S1")
    file.attrs["number"] = 42
    file.attrs["real"] = np.float32(0.5)
    file.attrs["flag"] = True


def groups(file):
    """Nested groups, and one with enough members for a B-tree of two levels."""
    file.create_group("a/b/c")
    file["a/b/d"] = h5py.SoftLink("/a")
    file["a/b/e"] = h5py.ExternalLink("other.h5", "/a")
    many = file.create_group("many")
    for i in range(300):
        many[str(i)] = file["a"]


def chunks(file):
    """Datasets in chunks, each way of packing them."""
    data = np.arange(7 * 10).reshape(7, 10)
    for kind in ("f4", ">i2"):
        name = kind.strip(">")
        file.create_dataset(name, data=data.astype(kind), chunks=(3, 4), track_times=False)
        file.create_dataset(name + "_packed", data=data.astype(kind), chunks=(3, 4), compression="gzip",
                            shuffle=True, fletcher32=True, track_times=False)
    some = file.create_dataset("some", (100,), "f4", chunks=(10,), fillvalue=-1, track_times=False)
    some[20:25] = 5
    file.create_dataset("growing", data=np.arange(5, dtype="i8"), maxshape=(None,), chunks=(64,), track_times=False)
    file.create_dataset("cube", data=np.arange(3 * 4 * 5, dtype="f8").reshape(3, 4, 5), chunks=(2, 3, 5),
                        compression="gzip", track_times=False)
    file.create_dataset("lzf", data=data, chunks=(7, 10), compression="lzf", track_times=False)


def latest(file):
    """What newer formats of the library look like: superblock 3, headers with checksums, links as messages."""
    file.attrs["names"] = ["a", "b"]
    file.attrs["number"] = 1
    file.create_dataset("group/inner/x", data=np.arange(6, dtype="f4").reshape(2, 3))
    file.create_dataset("chunks", data=np.arange(40, dtype="f4"), chunks=(10,))
    file["soft"] = h5py.SoftLink("/group")
    dense = file.create_group("dense")
    for i in range(20):
        dense.create_group(str(i))
    many = file.create_group("many_attributes")
    for i in range(20):
        many.attrs[str(i)] = i


def compact(file):
    """Elements in the header; and what stands in other files."""
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_layout(h5py.h5d.COMPACT)
    plist.set_obj_track_times(False)
    space = h5py.h5s.create_simple((3,))
    data = h5py.h5d.create(file.id, b"compact", h5py.h5t.IEEE_F32LE, space, plist)
    data.write(h5py.h5s.ALL, h5py.h5s.ALL, np.array([1, 2, 3], "f4"))
    file.create_dataset("external", (3,), "f4", external=[("other.raw", 0, 12)], track_times=False)
    layout = h5py.VirtualLayout((3,), "f4")
    layout[:] = h5py.VirtualSource("other.h5", "x", (3,))
    file.create_virtual_dataset("virtual", layout)
    named = h5py.h5t.IEEE_F32LE.copy()
    named.commit(file.id, b"named")
    h5py.h5d.create(file.id, b"committed", named, space)


def main():
    HERE.mkdir(exist_ok=True)
    for make in (numbers, attributes, groups, chunks, latest, compact):
        path = HERE / (make.__name__ + ".h5")
        if path.exists():
            os.remove(path)
        with h5py.File(path, "w", libver="latest" if make is latest else None) as file:
            make(file)


main()
