from __future__ import annotations

import ast
import importlib
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from graphc.bench import WORKLOADS, Workload, chosen
from graphc.bench.systems import SYSTEMS
from graphc.bench.workloads import arrays_of, workload_of

PEERS = Path(importlib.import_module("graphc.bench.peers").__file__ or "").parent
INSIDE_GRAPHC = {"graphc_cpu.py", "machine.py"}


def test_names_are_unique_and_no_group_has_the_name_of_a_workload():
    names = [w.name for w in WORKLOADS]
    assert len(set(names)) == len(names)
    assert not {w.group for w in WORKLOADS} & set(names)


def test_workloads_are_chosen_by_name_and_by_group():
    assert [w.name for w in chosen(["tiny", "mlp_seed"])] == ["mlp_seed", "tiny"]
    assert {w.group for w in chosen(["products"])} == {"products"}
    assert chosen([]) == WORKLOADS
    with pytest.raises(KeyError, match="nothing"):
        chosen(["nothing"])


def test_every_system_named_by_a_workload_is_known_and_every_one_has_its_module():
    assert {name for w in WORKLOADS for name in w.systems} == {s.name for s in SYSTEMS}
    assert {f"{s.module}.py" for s in SYSTEMS} <= {path.name for path in PEERS.glob("*.py")}


def test_operations_of_the_lecture_network():
    (seed,) = chosen(["mlp_seed"])
    one, two, three = 784 * 512, 512 * 512, 512 * 10
    assert seed.flops == 2 * 64 * (2 * one + 3 * two + 3 * three)


@pytest.mark.parametrize("workload", [w for w in WORKLOADS if w.group == "networks"], ids=lambda w: w.name)
def test_a_workload_travels_as_json(workload: Workload):
    assert workload_of(json.loads(json.dumps(workload.plain()))) == workload


def test_numbers_are_the_same_every_time_and_fill_their_range():
    (tiny,) = chosen(["tiny"])
    some, same = arrays_of(tiny), arrays_of(tiny)
    np.testing.assert_array_equal(some.x, same.x)
    assert some.x.shape == (32, 4)
    assert [w.shape for w in some.weights] == [(16, 4), (3, 16)]
    assert -1 <= some.x.min() < -0.9 < 0.9 < some.x.max() < 1
    assert set(some.y) == {0, 1, 2}


@pytest.mark.parametrize("path", sorted(PEERS.parent.rglob("*.py")), ids=lambda p: p.name)
def test_processes_of_peers_import_nothing_of_graphc(path: Path):
    # They may run in an interpreter that has not installed it.
    imports = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.stmt)]
    absolute = {n.name for s in imports if isinstance(s, ast.Import) for n in s.names}
    absolute |= {s.module or "" for s in imports if isinstance(s, ast.ImportFrom) and s.level == 0}
    assert path.name in INSIDE_GRAPHC or not any(name.split(".")[0] == "graphc" for name in absolute)


def test_importing_the_measurement_imports_no_numba(tmp_path: Path):
    code = "import sys, graphc.bench, graphc.bench.peers.machine; print('numba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
