"""What a system takes on disk: its package and everything that package requires, extras left out."""

from __future__ import annotations

import json
import subprocess
from typing import Any, Final

from .systems import SYSTEMS, Interpreter

# Runs in the interpreter asked about, so it uses nothing but the standard library. A requirement that is not installed
# is one for another platform.
_SIZES: Final = """
import json, os, re, sys
from importlib.metadata import PackageNotFoundError, distribution

def size(root):
    sizes, queue = {}, [root]
    while queue:
        name = re.sub(r"[-_.]+", "-", queue.pop()).lower()
        if name in sizes:
            continue
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue
        paths = {os.path.realpath(found.locate_file(file)) for file in found.files or ()}
        sizes[name] = sum(os.path.getsize(path) for path in paths if os.path.isfile(path))
        for line in found.requires or ():
            if not re.search(r";.*\\bextra\\b", line):
                queue.append(re.match(r"[A-Za-z0-9._-]+", line)[0])
    return sizes

print(json.dumps({root: size(root) for root in sys.argv[1:]}))
"""


def installed_sizes(home: Interpreter, packages: list[str]) -> dict[str, dict[str, int]]:
    """Bytes of each package's files and of those of all it requires, by name, for each of ``packages``."""
    done = subprocess.run([home.path, "-c", _SIZES, *packages], capture_output=True, text=True, check=True)
    found: dict[str, dict[str, int]] = json.loads(done.stdout)
    return found


def sizes_of(homes: dict[str, Interpreter]) -> list[dict[str, Any]]:
    """For each system: its package, bytes altogether, and bytes by package."""
    rows = []
    needs = {"graphc": "graphc"} | {s.name: s.needs for s in SYSTEMS if s.needs and s.name != "torch.compile"}
    for name, package in needs.items():
        if name in homes:
            packages = installed_sizes(homes[name], [package])[package]
            rows.append({"system": name, "bytes": sum(packages.values()), "packages": packages})
    return rows
