"""Small artifacts on disk, named by what they were made from: generated source, object files.

A file is the data itself, so that generated Python can be imported from it, and a last line that holds its
checksum (a comment to Python). Writers never touch a file that a reader may see: they write beside it and rename.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import re
import shutil
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .errors import CompileError

_MARK = b"\n# graphc sha256 "
_TRAILER = len(_MARK) + 64 + 1
_KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")


class CacheWarning(UserWarning):
    """The cache on disk cannot be used as it should; work goes on without it."""


@dataclass(frozen=True)
class CacheEntry:
    """One file of the cache.

    Attributes:
        key: the key it was stored under.
        suffix: what its name ends with, such as ``.o``.
        size: bytes on disk.
        path: where it is.
    """

    key: str
    suffix: str
    size: int
    path: Path


def default_directory() -> Path:
    """The directory for caches of this user on this platform, with ``graphc`` at its end."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA")
        return (Path(base) if base else Path.home() / "AppData" / "Local") / "graphc" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "graphc"
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return (base if base.is_absolute() else Path.home() / ".cache") / "graphc"


class CodeCache:
    """A content-addressed store of bytes.

    Safe under concurrent processes, threads and fork. Where the directory cannot be written, one
    :class:`CacheWarning` says so and a private directory that dies with the process takes its place.

    Args:
        directory: where to keep files; :func:`default_directory` when None.
    """

    def __init__(self, directory: str | os.PathLike[str] | None = None) -> None:
        self._directory = default_directory() if directory is None else Path(directory)
        self._private: Path | None = None
        self._lock = threading.Lock()

    @property
    def directory(self) -> Path:
        """The directory that was asked for."""
        return self._directory

    @property
    def writable(self) -> bool:
        """False once writing has failed and a private directory is used."""
        return self._private is None

    def path(self, key: str, suffix: str) -> Path | None:
        """The file that holds an entry whole, None where there is none."""
        found = self._find(key, suffix)
        return None if found is None else found[0]

    def get(self, key: str, suffix: str) -> bytes | None:
        """The data stored under ``key`` and ``suffix``; None where there is none.

        A damaged file counts as none: it is removed and a :class:`CacheWarning` names it.
        """
        found = self._find(key, suffix)
        return None if found is None else found[1]

    def put(self, key: str, suffix: str, data: bytes) -> Path:
        """Store ``data``; the path of its file. A full or read-only disk is a warning, not an error.

        Raises:
            CompileError: neither the directory nor a temporary one can be written.
        """
        content = data + _MARK + hashlib.sha256(data).hexdigest().encode() + b"\n"
        if self._private is None:
            target = _place(self._directory, key, suffix)
            try:
                _write(target, content)
                return target
            except OSError as error:
                self._go_private(error)
        assert self._private is not None
        target = _place(self._private, key, suffix)
        try:
            _write(target, content)
        except OSError as error:
            raise CompileError(
                f"cache: can write neither to {self._directory} nor to {self._private} "
                f"({error.strerror or error}): compiling needs a place for its files"
            ) from None
        return target

    def entries(self) -> list[CacheEntry]:
        """What is stored, by key and suffix."""
        found: dict[Path, CacheEntry] = {}
        for path in self._files():
            try:
                size = path.stat().st_size
            except OSError:
                continue
            key, dot, suffix = path.name.partition(".")
            found[path] = CacheEntry(key, dot + suffix, size, path)
        return sorted(found.values(), key=lambda entry: (entry.key, entry.suffix))

    def size(self) -> int:
        """Bytes on disk of all entries."""
        return sum(entry.size for entry in self.entries())

    def clear(self) -> int:
        """Remove all entries; how many there were. Loaded programs are not touched.

        A file that cannot be removed stays, and a :class:`CacheWarning` names the first and says how many.
        """
        removed, stay = 0, []
        for path in list(self._files()):
            try:
                path.unlink()
                removed += 1
            except FileNotFoundError:  # another process clears too
                continue
            except OSError as error:
                stay.append(f"{path} ({error.strerror or error})")
        if stay:
            warnings.warn(
                f"cache: files that cannot be removed: {len(stay)}, the first is {stay[0]}", CacheWarning, stacklevel=2
            )
        return removed

    def _find(self, key: str, suffix: str) -> tuple[Path, bytes] | None:
        for directory in (self._directory, self._private):
            if directory is None:
                continue
            path = _place(directory, key, suffix)
            try:
                content = path.read_bytes()
            except OSError:
                continue
            data, trailer = content[:-_TRAILER], content[-_TRAILER:]
            if trailer == _MARK + hashlib.sha256(data).hexdigest().encode() + b"\n":
                return path, data
            warnings.warn(f"cache: {path} is damaged and is made again", CacheWarning, stacklevel=3)
            with suppress(OSError):  # read-only: the next put goes elsewhere
                path.unlink()
        return None

    def _go_private(self, error: OSError) -> None:
        with self._lock:
            if self._private is not None:
                return
            try:
                private = Path(tempfile.mkdtemp(prefix="graphc-"))
            except OSError as error_there:
                raise CompileError(
                    f"cache: can write neither to {self._directory} ({error.strerror or error}) nor to a temporary "
                    f"directory ({error_there.strerror or error_there}): compiling needs a place for its files"
                ) from None
            self._private = private
        owner = os.getpid()

        def remove() -> None:
            if os.getpid() == owner:  # a forked child goes on using its parent's directory
                shutil.rmtree(private, ignore_errors=True)

        atexit.register(remove)
        warnings.warn(
            f"cache: cannot write to {self._directory} ({error.strerror or error}): compiled code will not outlive "
            "this process; graphc.runtime.set_cache_directory chooses another place",
            CacheWarning,
            stacklevel=4,
        )

    def _files(self) -> Iterator[Path]:
        for directory in (self._directory, self._private):
            if directory is None:
                continue
            for shelf in _listed(directory):
                if len(shelf.name) == 2:
                    yield from (file for file in _listed(shelf) if not file.name.startswith("."))

    def __repr__(self) -> str:
        return f"CodeCache({str(self._directory)!r})"


def _listed(directory: Path) -> list[Path]:
    """What a directory holds; nothing where there is none, which is not an error: others may remove it."""
    try:
        return list(directory.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        warnings.warn(
            f"cache: {directory} cannot be read ({error.strerror or error}): its files are not counted",
            CacheWarning,
            stacklevel=3,
        )
        return []


def _place(directory: Path, key: str, suffix: str) -> Path:
    if not _KEY.fullmatch(key) or "." in key or not re.fullmatch(r"(\.[A-Za-z0-9_]+)+", suffix):
        raise ValueError(f"cache: expected a key of letters and digits and a suffix like '.o', got {key!r}, {suffix!r}")
    shelf = hashlib.sha256(key.encode()).hexdigest()[:2]
    return directory / shelf / (key + suffix)


def _write(target: Path, content: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        try:
            temporary.replace(target)
        except PermissionError:
            # Windows refuses to replace a file somebody has open; equal content needs no replacing.
            if not target.exists() or target.read_bytes() != content:
                raise
    finally:
        temporary.unlink(missing_ok=True)


class _Process:
    """What this process uses."""

    cache: CodeCache | None = None


def current_cache() -> CodeCache:
    """The cache this process uses."""
    if _Process.cache is None:
        _Process.cache = CodeCache()
    return _Process.cache


def set_cache_directory(path: str | os.PathLike[str] | None) -> CodeCache:
    """Keep compiled code in ``path`` from now on (None: the default place); the new cache."""
    _Process.cache = CodeCache(path)
    return _Process.cache
