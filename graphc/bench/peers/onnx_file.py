"""A multi-layer perceptron as an ONNX file, written byte by byte: the format is small, and needs no package then.

Field numbers are those of ``onnx.proto``; see https://onnx.ai/onnx/repo-docs/IR.html.
"""

from __future__ import annotations

from ..workloads import Arrays

_VARINT, _BYTES = 0, 2
_FLOAT, _ATTRIBUTE_INT = 1, 2
_IR_VERSION, _OPSET = 8, 17


def model(arrays: Arrays) -> bytes:
    """``logits = relu(x W0' + b0) ... Wn' + bn`` for ``x: f32[batch, in]``."""
    nodes, weights = b"", b""
    name = "x"
    for i, (weight, bias) in enumerate(zip(arrays.weights, arrays.biases, strict=True)):
        last = i == len(arrays.weights) - 1
        weights += _field(5, _tensor(f"w{i}", weight.shape, weight.tobytes()))
        weights += _field(5, _tensor(f"b{i}", bias.shape, bias.tobytes()))
        out = "logits" if last else f"z{i}"
        nodes += _field(1, _node("Gemm", [name, f"w{i}", f"b{i}"], out, _integer_attribute("transB", 1)))
        if not last:
            nodes += _field(1, _node("Relu", [out], f"h{i}"))
        name = f"h{i}"
    ins, outs = arrays.weights[0].shape[1], arrays.weights[-1].shape[0]
    graph = nodes + _text(2, "mlp") + weights + _field(11, _value("x", ins)) + _field(12, _value("logits", outs))
    return _number(1, _IR_VERSION) + _field(7, graph) + _field(8, _text(1, "") + _number(2, _OPSET))


def _node(operator: str, inputs: list[str], output: str, attribute: bytes = b"") -> bytes:
    return b"".join(_text(1, name) for name in inputs) + _text(2, output) + _text(4, operator) + attribute


def _integer_attribute(name: str, value: int) -> bytes:
    return _field(5, _text(1, name) + _number(3, value) + _number(20, _ATTRIBUTE_INT))


def _tensor(name: str, shape: tuple[int, ...], raw: bytes) -> bytes:
    return b"".join(_number(1, size) for size in shape) + _number(2, _FLOAT) + _text(8, name) + _field(9, raw)


def _value(name: str, width: int) -> bytes:
    shape = _field(1, _text(2, "batch")) + _field(1, _number(1, width))
    return _text(1, name) + _field(2, _field(1, _number(1, _FLOAT) + _field(2, shape)))


def _text(field: int, text: str) -> bytes:
    return _field(field, text.encode())


def _field(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | _BYTES) + _varint(len(content)) + content


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3 | _VARINT) + _varint(value)


def _varint(value: int) -> bytes:
    some = bytearray()
    while value > 0x7F:
        some.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*some, value])
