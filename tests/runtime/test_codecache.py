"""The cache on disk: what is stored comes back whole, or not at all."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from graphc.runtime import CacheWarning, CodeCache, codecache, default_directory

DATA = b"some object code\0\xff" * 100


def test_what_is_put_is_got(tmp_path: Path) -> None:
    cache = CodeCache(tmp_path / "not" / "there yet")
    assert cache.get("key", ".o") is None
    cache.put("key", ".o", DATA)
    assert cache.get("key", ".o") == DATA
    assert CodeCache(cache.directory).get("key", ".o") == DATA
    assert cache.get("key", ".py") is None


def test_source_can_be_imported_from_its_file(tmp_path: Path) -> None:
    path = CodeCache(tmp_path).put("generated_1", ".py", b"ANSWER = 42\n")
    assert path.name == "generated_1.py"
    namespace = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import sys; sys.path[:0] = [{str(path.parent)!r}]; import generated_1 as g; print(g.ANSWER)",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert namespace.stdout == "42\n"


def test_entries_size_and_clear(tmp_path: Path) -> None:
    cache = CodeCache(tmp_path)
    cache.put("b", ".o", DATA)
    cache.put("a", ".py", b"x")
    cache.put("a", ".ll.gz", b"y")
    assert [(entry.key, entry.suffix) for entry in cache.entries()] == [("a", ".ll.gz"), ("a", ".py"), ("b", ".o")]
    assert cache.size() == sum(entry.path.stat().st_size for entry in cache.entries()) > len(DATA)
    assert cache.clear() == 3
    assert (cache.entries(), cache.size(), cache.get("b", ".o")) == ([], 0, None)


@pytest.mark.parametrize("damage", [lambda b: b[:-20], lambda b: b[:10], lambda b: b"", lambda b: b"X" + b[1:]])
def test_damage_is_noticed_and_removed(tmp_path: Path, damage) -> None:
    cache = CodeCache(tmp_path)
    path = cache.put("key", ".o", DATA)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.warns(CacheWarning, match="is damaged and is made again"):
        assert cache.get("key", ".o") is None
    assert not path.exists()
    cache.put("key", ".o", DATA)
    assert cache.get("key", ".o") == DATA


@pytest.mark.parametrize(("key", "suffix"), [("../up", ".o"), ("a.b", ".o"), ("", ".o"), ("key", "o"), ("key", "./o")])
def test_names_cannot_leave_the_directory(tmp_path: Path, key: str, suffix: str) -> None:
    with pytest.raises(ValueError, match="cache: expected a key of letters and digits"):
        CodeCache(tmp_path).put(key, suffix, DATA)


@pytest.mark.parametrize("number", [errno.EROFS, errno.ENOSPC, errno.EACCES])
def test_a_disk_that_cannot_be_written_is_one_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    real = tempfile.mkstemp

    def refuse(*args, dir, **options):
        if str(dir).startswith(str(tmp_path)):
            raise OSError(number, os.strerror(number))
        return real(*args, dir=dir, **options)

    monkeypatch.setattr(codecache.tempfile, "mkstemp", refuse)
    cache = CodeCache(tmp_path)
    with pytest.warns(CacheWarning, match=f"cannot write to .*{os.strerror(number)}"):
        cache.put("key", ".o", DATA)
    assert not cache.writable
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        path = cache.put("other", ".py", b"x")
        assert cache.get("key", ".o") == DATA
        assert cache.path("other", ".py") == path
        assert len(cache.entries()) == 2
        assert cache.clear() == 2


def test_clear_says_what_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = CodeCache(tmp_path)
    for key in ("stays", "goes", "gone"):
        cache.put(key, ".o", DATA)
    unlink = Path.unlink

    def refuse(path: Path, missing_ok: bool = False) -> None:
        if path.name == "stays.o":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        unlink(path, missing_ok)
        if path.name == "gone.o":  # by another process, just before
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.warns(CacheWarning, match="files that cannot be removed: 1, the first is .*stays.o"):
        assert cache.clear() == 1
    assert [entry.key for entry in cache.entries()] == ["stays"]


def test_a_shelf_that_cannot_be_read_hides_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = CodeCache(tmp_path)
    shelves = {cache.put(f"key_{number}", ".o", DATA).parent for number in range(8)}
    locked = min(shelves)
    iterdir = Path.iterdir

    def refuse(path: Path) -> Iterator[Path]:
        if path == locked:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return iterdir(path)

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.warns(CacheWarning, match=f"{locked} cannot be read"):
        left = {entry.path.parent for entry in cache.entries()}
    assert left == shelves - {locked}


def test_a_file_in_place_of_the_directory_is_one_warning(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = CodeCache(tmp_path / "file")
    with pytest.warns(CacheWarning):
        cache.put("key", ".o", DATA)
    assert cache.get("key", ".o") == DATA


_FILL = """
import sys
from graphc.runtime.codecache import CodeCache
cache = CodeCache(sys.argv[1])
for round_ in range(40):
    key = f"shared_{round_ % 5}"
    cache.put(key, ".o", key.encode() * 2000)
    assert cache.get(key, ".o") == key.encode() * 2000
cache.put(f"own_{sys.argv[2]}", ".o", b"x")
"""


def test_processes_do_not_disturb_each_other(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "error", "-c", _FILL, str(tmp_path)]
    workers = [subprocess.Popen([*command, str(i)]) for i in range(3)]
    assert [worker.wait() for worker in workers] == [0, 0, 0]
    assert len(CodeCache(tmp_path).entries()) == 8
    assert not [path for path in tmp_path.rglob("*") if path.name.startswith(".")]


@pytest.mark.skipif(sys.platform != "linux", reason="directories differ")
def test_default_directory_follows_the_platform(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_directory() == tmp_path / "graphc"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", "/home/somebody")
    assert default_directory() == Path("/home/somebody/.cache/graphc")


def test_the_process_has_one_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(codecache._Process, "cache", None)
    assert codecache.current_cache() is codecache.current_cache()
    assert codecache.current_cache().directory == default_directory()
    assert codecache.set_cache_directory(tmp_path) is codecache.current_cache()
    assert codecache.current_cache().directory == tmp_path
