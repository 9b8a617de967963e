"""Opens with h5py what src/hdf5/hdf5_test.c wrote, and compares all of it:

    CORNU_KEEP_HDF5=/tmp/written.h5 build/release/tests/test.hdf5.hdf5
    python tools/keras/check_hdf5.py /tmp/written.h5
"""
import sys

import h5py
import numpy as np


def main(path):
    with h5py.File(path, "r") as file:
        dense = file["layers/dense/vars"]
        assert dense.attrs["name"] == "größer" and dense.attrs["nothing"] in ("", b"", h5py.Empty(object))
        assert dense["0"].dtype == "<f4" and (dense["0"][:] == np.arange(6).reshape(2, 3)).all()
        assert file["steps"][()] == 1234567890123 and file["steps"].dtype == "<i8"
        assert file["none"].shape == (0, 4) and file["none"].dtype == "<f8" and file["none"][:].size == 0
        many = file["many"]
        assert many.attrs["empty"].shape == (0,) and many.attrs["empty"].dtype == "<f8"
        assert list(many.attrs["names"]) == [b"name0", b"name1", b"name2"] or list(many.attrs["names"]) == ["name0", "name1", "name2"]
        names = list(many.attrs["long_list0"]) + list(many.attrs["long_list1"])
        assert len(names) == 5000 and names[4321] in (b"name321", "name321")
        assert sorted(many) == sorted(str(i) for i in range(700))
        assert all(many[str(i)][()] == i % 6 for i in range(700))
        many.visititems(lambda name, item: None)
    print(f"{path}: all as it was written")


main(*sys.argv[1:])
