"""Weight files that are made to do harm, by h5py 3:   python make.py

Each has one layer, Conv1, whose list of weights names kernel:0, and stands in this folder.
"""
import pathlib
import h5py
import numpy as np

here = pathlib.Path(__file__).parent


def write(name, fill):
    with h5py.File(here / f"{name}.h5", "w", libver="latest") as file:
        file.attrs["layer_names"] = np.array([b"Conv1"])
        group = file.create_group("Conv1")
        group.attrs["weight_names"] = np.array([b"kernel:0"])
        fill(group)


compound = np.dtype([("a", "<f4"), ("b", "<f8")])
write("compound", lambda group: group.create_dataset("kernel:0", (3, 3, 3, 4), compound))
write("huge", lambda group: group.create_dataset("kernel:0", (1 << 20, 1 << 20), "<f4", chunks=(64, 64)))
write("external-file", lambda group: group.create_dataset("kernel:0", (3, 3, 3, 4), "<f4", external=[("/etc/passwd", 0, 432)]))


def external_link(group):
    group["kernel:0"] = h5py.ExternalLink("/etc/passwd", "/kernel")


def circle(group):
    group["kernel:0"] = h5py.SoftLink("/Conv1/again")
    group["again"] = h5py.SoftLink("/Conv1/kernel:0")


def texts(group):
    group.create_dataset("kernel:0", (3, 3, 3, 4), h5py.string_dtype())


def names(group):
    group.attrs["weight_names"] = np.array([b"../../../../../etc/passwd:0"])


write("external-link", external_link)
write("circle", circle)
write("texts", texts)
write("names", names)
