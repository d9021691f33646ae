"""ONNX Runtime, for inference."""

from __future__ import annotations

import itertools

import onnxruntime as ort

from ..protocol import Setting
from ..workloads import Arrays, Workload
from .onnx_file import model


def prepare(workload: Workload, arrays: Arrays, setting: Setting) -> Stepper:
    """Write the network as ONNX and load it."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = setting.threads
    options.inter_op_num_threads = 1
    return Stepper(ort.InferenceSession(model(arrays), options, providers=["CPUExecutionProvider"]), arrays)


class Stepper:
    """A session and what it is fed."""

    def __init__(self, session: ort.InferenceSession, arrays: Arrays) -> None:
        self.session = session
        self.feed = {"x": arrays.x}

    def outcome(self) -> list[float]:
        """One step, and what it computes."""
        numbers: list[float] = self.session.run(None, self.feed)[0].reshape(-1).tolist()
        return numbers

    def steps(self, count: int) -> None:
        """Some steps."""
        run, feed = self.session.run, self.feed
        for _ in itertools.repeat(None, count):
            run(None, feed)
