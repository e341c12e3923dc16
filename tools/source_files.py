"""The project's own source files, for the checks in this folder."""
import os

FOLDERS = ("bench", "examples", "include", "src", "test")
CPP = (".cc", ".h")


def find(root, suffixes=CPP, folders=FOLDERS):
    """Paths below root ("src/base/text.h"), sorted, that end in one of suffixes."""
    found = []
    for folder in folders:
        for where, subfolders, names in os.walk(os.path.join(root, folder)):
            subfolders[:] = [s for s in subfolders if not s.startswith((".", "build", "__"))]
            found += [os.path.relpath(os.path.join(where, n), root)
                      for n in names if n.endswith(suffixes)]
    return sorted(found)


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8") as file:
        return file.read()


def repository_root():
    return os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
