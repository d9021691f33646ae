"""Saving and loading through safetensors: written whole or not at all, loaded whole or not at all.

A checkpoint of everything a run consists of continues bit for bit::

    gr.save("run.safetensors", model=net, optimizer=opt, program=train, scheduler=schedule, extra={"epoch": 3})
    epoch = gr.load("run.safetensors", model=net, optimizer=opt, program=train, scheduler=schedule)["epoch"]

``gr.save(path, net.state_dict())`` writes plain names, which other safetensors readers (torch, Hugging Face) know.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
import safetensors
import safetensors.numpy

from graphc.runtime.errors import CheckpointError
from graphc.runtime.version import VERSION

PathLike: TypeAlias = str | os.PathLike[str]
FORMAT = "graphc-checkpoint"
FORMAT_VERSION = 1


class Stateful(Protocol):
    """What can be saved: modules, optimisers, programs, schedules."""

    def state_dict(self) -> dict[str, Any]:
        """Its state."""
        ...

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take a state back; checks first, changes then."""
        ...


def save(
    path: PathLike,
    state: Mapping[str, npt.ArrayLike] | None = None,
    *,
    model: Stateful | None = None,
    optimizer: Stateful | None = None,
    program: Stateful | None = None,
    scheduler: Stateful | None = None,
    extra: Mapping[str, Any] | None = None,
) -> None:
    """Write a checkpoint: to a file beside, flushed to disk, then moved over ``path``.

    Args:
        path: the file.
        state: arrays by name, such as ``net.state_dict()``; instead of the parts below.
        model: its parameters and buffers.
        optimizer: its moments, step count and options.
        program: its random state.
        scheduler: its step number.
        extra: whatever JSON can hold, such as the number of the epoch.

    Raises:
        CheckpointError: nothing to save, or a file that cannot be written.
    """
    parts = {"model": model, "optimizer": optimizer, "program": program, "scheduler": scheduler}
    given = {name: part for name, part in parts.items() if part is not None}
    if state is not None and given:
        raise CheckpointError(f"save: {path}: expected arrays by name or {', '.join(given)}, got both")
    if state is None and not given:
        raise CheckpointError(f"save: {path}: nothing to save")
    arrays: dict[str, npt.NDArray[Any]] = {}
    trees: dict[str, Any] = {}
    if state is not None:
        arrays = {name: _array(value) for name, value in state.items()}
    for name, part in given.items():
        trees[name] = _split(part.state_dict(), name, arrays)
    about = {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "graphc": VERSION,
        "numpy": np.__version__,
        "trees": trees,
        "extra": dict(extra or {}),
    }
    try:
        metadata = {"format": "np", "graphc": json.dumps(about)}
    except TypeError as error:
        raise CheckpointError(f"save: {path}: extra cannot be written as JSON: {error}") from None
    _write(Path(path), safetensors.numpy.save(arrays, metadata=metadata))


def load(
    path: PathLike,
    *,
    model: Stateful | None = None,
    optimizer: Stateful | None = None,
    program: Stateful | None = None,
    scheduler: Stateful | None = None,
) -> dict[str, Any]:
    """Read a checkpoint. All parts are restored, or, when one does not match, none is changed.

    Args:
        path: the file.
        model: restore its parameters and buffers; also from a file of plain names.
        optimizer: restore its moments, step count and options.
        program: restore its random state.
        scheduler: restore its step number.

    Returns:
        What was saved as ``extra``; without parts to restore, the arrays by name.

    Raises:
        CheckpointError: a file that is missing, cut short or no checkpoint, or that does not match; it names the file.
    """
    arrays, about = _read(Path(path))
    parts = {"model": model, "optimizer": optimizer, "program": program, "scheduler": scheduler}
    wanted = {name: part for name, part in parts.items() if part is not None}
    if not wanted:
        return dict(arrays)
    trees = about.get("trees", {})
    states: dict[str, Any] = {}
    for name in wanted:
        if name in trees:
            states[name] = _join(trees[name], name, arrays, path)
        elif name == "model" and not trees:
            states[name] = arrays
        else:
            raise CheckpointError(f"load: {path}: holds no {name}, only {', '.join(trees) or 'arrays by name'}")
    before = {name: part.state_dict() for name, part in wanted.items()}
    done: list[str] = []
    try:
        for name, part in wanted.items():
            done.append(name)
            part.load_state_dict(states[name])
    except Exception as error:
        for name in done:
            wanted[name].load_state_dict(before[name])
        raise CheckpointError(f"load: {path}: {done[-1]}: {error}") from error
    extra: dict[str, Any] = about.get("extra", {})
    return extra


def _array(value: npt.ArrayLike) -> npt.NDArray[Any]:
    return np.array(value, order="C")  # an array also for rank 0, dense, and not shared with a running program


def _split(tree: Any, path: str, arrays: dict[str, npt.NDArray[Any]]) -> Any:
    """A state without its arrays, which go into ``arrays`` under dotted names."""
    if isinstance(tree, np.ndarray | np.generic):
        arrays[path] = _array(tree)
        return {"array": path}
    if isinstance(tree, Mapping):
        items = [[key, _split(value, f"{path}.{key}", arrays)] for key, value in tree.items()]
        return {"dict": items}
    if isinstance(tree, list | tuple):
        kind = "list" if isinstance(tree, list) else "tuple"
        return {kind: [_split(value, f"{path}.{i}", arrays) for i, value in enumerate(tree)]}
    return {"value": tree}


def _join(tree: Any, name: str, arrays: Mapping[str, npt.NDArray[Any]], path: PathLike) -> Any:
    try:
        if "array" in tree:
            return arrays[tree["array"]]
        if "dict" in tree:
            return {key: _join(value, name, arrays, path) for key, value in tree["dict"]}
        if "list" in tree:
            return [_join(value, name, arrays, path) for value in tree["list"]]
        if "tuple" in tree:
            return tuple(_join(value, name, arrays, path) for value in tree["tuple"])
        return tree["value"]
    except (KeyError, TypeError, ValueError) as error:
        raise CheckpointError(f"load: {path}: {name} is damaged: missing {error}") from None


def _write(path: Path, data: bytes) -> None:
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink()
            raise
        if hasattr(os, "O_DIRECTORY"):  # the move itself reaches the disk with the folder
            folder = os.open(path.parent, os.O_DIRECTORY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
    except OSError as error:
        raise CheckpointError(f"save: {path}: {error.strerror or error}") from error


def _read(path: Path) -> tuple[dict[str, npt.NDArray[Any]], dict[str, Any]]:
    if not path.is_file():
        raise CheckpointError(f"load: {path}: no such file")
    try:
        with safetensors.safe_open(path, "np") as file:
            metadata = file.metadata() or {}
            arrays = {name: np.array(file.get_tensor(name)) for name in file.keys()}  # noqa: SIM118  # no mapping
    except (safetensors.SafetensorError, OSError, TypeError, ValueError) as error:
        raise CheckpointError(f"load: {path}: no readable safetensors file: {error}") from None
    try:
        about = json.loads(metadata.get("graphc", "{}"))
    except ValueError:
        raise CheckpointError(f"load: {path}: its graphc metadata is no JSON") from None
    if about.get("version", FORMAT_VERSION) > FORMAT_VERSION:
        raise CheckpointError(
            f"load: {path}: written in format {about['version']} by graphc {about.get('graphc')}, "
            f"this graphc reads up to format {FORMAT_VERSION}"
        )
    return arrays, about
