"""Error functions, named as in torch.nn.functional. ``reduction`` is ``"mean"``, ``"sum"`` or ``"none"``."""

from __future__ import annotations

from graphc.compiler import ops

from ... import functions as fn
from ...broadcasting import align, fail_dtype, fail_shape, require_float
from ...tensor import Tensor
from .activations import logsigmoid

REDUCTIONS = ("none", "mean", "sum")


def check_reduction(op: str, reduction: str, also: tuple[str, ...] = ()) -> None:
    """ValueError unless the reduction is known."""
    if reduction not in (*REDUCTIONS, *also):
        raise ValueError(f"{op}: expected reduction {', '.join(map(repr, (*REDUCTIONS, *also)))}, got {reduction!r}")


def _reduced(op: str, loss: Tensor, reduction: str) -> Tensor:
    check_reduction(op, reduction)
    result = loss if reduction == "none" else loss.mean() if reduction == "mean" else loss.sum()
    return result.named(op)


def _same_shape(op: str, input: Tensor, target: Tensor) -> None:
    """Broadcasting a loss would pair every prediction with every target; that is never meant."""
    if input.shape != target.shape:
        hint = ""
        if input.ndim != target.ndim and [s for s in input.shape if s != 1] == [s for s in target.shape if s != 1]:
            longer = input if input.ndim > target.ndim else target
            hint = f"; %{longer.name} has an axis of size 1 too many: use .squeeze() or .reshape()"
        raise fail_shape(
            op,
            f"shapes differ: {input.type} (%{input.name}) and {target.type} (%{target.name}){hint}",
            input.value,
            target.value,
        )
    require_float(op, input.value, target.value)


def l1_loss(input: Tensor, target: Tensor, reduction: str = "mean") -> Tensor:
    """Absolute error ``|x - y|``."""
    _same_shape("l1_loss", input, target)
    return _reduced("l1_loss", (input - target).abs(), reduction)


def mse_loss(input: Tensor, target: Tensor, reduction: str = "mean") -> Tensor:
    """Squared error ``(x - y)^2``."""
    _same_shape("mse_loss", input, target)
    return _reduced("mse_loss", (input - target).square(), reduction)


def smooth_l1_loss(input: Tensor, target: Tensor, reduction: str = "mean", beta: float = 1.0) -> Tensor:
    """``d^2 / (2 beta)`` where ``d = |x - y| < beta``, else ``d - beta / 2`` (Girshick 2015)."""
    if beta < 0:
        raise ValueError(f"smooth_l1_loss: expected beta >= 0, got {beta}")
    if beta == 0:
        return l1_loss(input, target, reduction)
    _same_shape("smooth_l1_loss", input, target)
    distance = (input - target).abs()
    loss = fn.where(distance < beta, distance.square() * (0.5 / beta), distance - 0.5 * beta)
    return _reduced("smooth_l1_loss", loss, reduction)


def huber_loss(input: Tensor, target: Tensor, reduction: str = "mean", delta: float = 1.0) -> Tensor:
    """``d^2 / 2`` where ``d = |x - y| <= delta``, else ``delta * (d - delta / 2)`` (Huber 1964)."""
    if delta <= 0:
        raise ValueError(f"huber_loss: expected delta > 0, got {delta}")
    _same_shape("huber_loss", input, target)
    distance = (input - target).abs()
    loss = fn.where(distance <= delta, distance.square() * 0.5, (distance - 0.5 * delta) * delta)
    return _reduced("huber_loss", loss, reduction)


def binary_cross_entropy(
    input: Tensor, target: Tensor, weight: Tensor | None = None, reduction: str = "mean"
) -> Tensor:
    """``-(y log x + (1 - y) log(1 - x))`` of probabilities x; logarithms are not taken below -100, as in torch.

    Where a logarithm is cut off its gradient is 0. On logits use :func:`binary_cross_entropy_with_logits`.
    """
    _same_shape("binary_cross_entropy", input, target)
    loss = -(target * _clamped_log(input) + (1 - target) * _clamped_log(1 - input))
    if weight is not None:
        loss = loss * weight
    return _reduced("binary_cross_entropy", loss, reduction)


def _clamped_log(x: Tensor) -> Tensor:
    positive = x > 0
    return fn.where(positive, fn.maximum(fn.log(fn.where(positive, x, 1)), -100), -100)


def binary_cross_entropy_with_logits(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    reduction: str = "mean",
    pos_weight: Tensor | None = None,
) -> Tensor:
    """``-sum y log f + (1 - y) log(1 - f)`` with ``f = sigmoid(x)``, exact for any x.

    Args:
        input: logits.
        target: probabilities of the same shape.
        weight: factor of each element, broadcast.
        reduction: how elements are combined.
        pos_weight: factor of the ``y`` term, broadcast; above 1 it favours recall.
    """
    _same_shape("binary_cross_entropy_with_logits", input, target)
    negative = -logsigmoid(input)
    if pos_weight is None:
        loss = (1 - target) * input + negative
    else:
        loss = (1 - target) * input + ((pos_weight - 1) * target + 1) * negative
    if weight is not None:
        loss = loss * weight
    return _reduced("binary_cross_entropy_with_logits", loss, reduction)


def cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    """``-log softmax(x)[y]`` of logits x and labels y, or ``-sum y log softmax(x)`` with probabilities y.

    Args:
        input: logits ``[batch, classes]``, ``[batch, classes, d1, ...]`` or ``[classes]``.
        target: whole-number labels of that shape without the class axis, or probabilities of the same shape.
        weight: factor of each class, ``[classes]``.
        ignore_index: label of rows that do not count.
        reduction: ``"mean"`` divides by the number of rows that count, weighted if there are weights.
        label_smoothing: share of the probability spread evenly over all classes (Szegedy et al. 2015).

    Raises:
        IndexRangeError: at run time, a label outside ``0 .. classes - 1``; it names the row and the value.
    """
    op = "cross_entropy"
    if not 0.0 <= label_smoothing <= 1.0:
        raise ValueError(f"{op}: expected label_smoothing between 0 and 1, got {label_smoothing}")
    axis = _class_axis(op, input)
    if target.dtype.is_integer:
        _check_labels(op, input, target, axis)
        return _labelled_loss(
            op, fn.log_softmax(input, axis), target, axis, weight, ignore_index, reduction, label_smoothing
        )
    if target.shape != input.shape or not target.dtype.is_float:
        raise fail_dtype(
            op,
            f"expected whole-number labels i64[{', '.join(map(str, _row_shape(input, axis)))}] or probabilities "
            f"{input.type}, got {target.type} (%{target.name})",
            input.value,
            target.value,
        )
    check_reduction(op, reduction)
    logp = fn.log_softmax(input, axis)
    classes = _classes(op, input, axis)
    if label_smoothing:
        target = target * (1 - label_smoothing) + label_smoothing / classes
    if weight is not None:
        logp = logp * _per_class(op, input, weight, axis)
    return _reduced(op, -fn.sum(target * logp, axis), reduction)


def nll_loss(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    ignore_index: int = -100,
    reduction: str = "mean",
) -> Tensor:
    """``-x[y]`` of log-probabilities x and whole-number labels y; see :func:`cross_entropy` for the shapes."""
    axis = _class_axis("nll_loss", input)
    if not target.dtype.is_integer:
        raise fail_dtype("nll_loss", f"expected whole-number labels, got {target.type} (%{target.name})", target.value)
    _check_labels("nll_loss", input, target, axis)
    return _labelled_loss("nll_loss", input, target, axis, weight, ignore_index, reduction, 0.0)


def kl_div(input: Tensor, target: Tensor, reduction: str = "mean", log_target: bool = False) -> Tensor:
    """``y * (log y - x)`` of log-probabilities x and probabilities y (or their logarithms when ``log_target``).

    ``"batchmean"`` sums and divides by the batch: the divergence of Kullback and Leibler.
    """
    check_reduction("kl_div", reduction, ("batchmean",))
    _same_shape("kl_div", input, target)
    if log_target:
        loss = target.exp() * (target - input)
    else:
        positive = target > 0
        loss = fn.where(positive, target * fn.log(fn.where(positive, target, 1)), 0) - target * input
    if reduction == "batchmean":
        rows = input.shape[0]
        return loss.sum() / (float(rows) if isinstance(rows, int) else fn.size_of(rows, input.dtype))
    return _reduced("kl_div", loss, reduction)


def _class_axis(op: str, input: Tensor) -> int:
    require_float(op, input.value)
    if not input.ndim:
        raise fail_shape(op, f"expected logits with a class axis, got {input.type} (%{input.name})", input.value)
    return 0 if input.ndim == 1 else 1


def _row_shape(input: Tensor, axis: int) -> tuple[object, ...]:
    return (*input.shape[:axis], *input.shape[axis + 1 :])


def _classes(op: str, input: Tensor, axis: int) -> int:
    size = input.shape[axis]
    if not isinstance(size, int):
        raise fail_shape(op, f"the class axis {axis} of %{input.name} has the named size {size}", input.value)
    return size


def _check_labels(op: str, input: Tensor, target: Tensor, axis: int) -> None:
    rows = _row_shape(input, axis)
    if target.shape != rows:
        hint = ""
        if target.ndim == input.ndim and target.shape[axis] == 1:
            hint = f"; use %{target.name}.squeeze({axis})"
        elif target.shape == input.shape:
            hint = "; one-hot labels must be floating-point probabilities, or use .argmax(1)"
        raise fail_shape(
            op,
            f"expected labels [{', '.join(map(str, rows))}] for logits {input.type}, "
            f"got {target.type} (%{target.name}){hint}",
            input.value,
            target.value,
        )


def _per_class(op: str, input: Tensor, weight: Tensor, axis: int) -> Tensor:
    """Class weights beside the logits."""
    if weight.shape != (input.shape[axis],):
        raise fail_shape(
            op,
            f"expected one weight for each of {input.shape[axis]} classes, got {weight.type} (%{weight.name})",
            weight.value,
        )
    shaped = weight.reshape((-1, *[1] * (input.ndim - axis - 1)))
    return Tensor(align(op, (shaped.value, input.value))[0])


def _beside(rows: Tensor, logp: Tensor, axis: int) -> Tensor:
    """A tensor of rows repeated along the class axis."""
    axes = tuple(i for i in range(logp.ndim) if i != axis)
    return Tensor(ops.broadcast(rows.value, shape=logp.shape, axes=axes))


def _labelled_loss(
    op: str,
    logp: Tensor,
    target: Tensor,
    axis: int,
    weight: Tensor | None,
    ignore_index: int,
    reduction: str,
    smoothing: float,
) -> Tensor:
    """The loss over whole-number labels. A row is picked by comparison, so no memory is read at a label's position."""
    check_reduction(op, reduction)
    classes = _classes(op, logp, axis)
    labels = fn.check_index(target, classes, ignore_index)
    hit = fn.iota(logp.shape, axis) == _beside(labels, logp, axis)
    counts = target != ignore_index
    if 0 <= ignore_index < classes:
        hit = hit & _beside(counts, logp, axis)
    if weight is None:
        weighted = logp
        share = counts.astype(logp.dtype)
    else:
        per_class = _per_class(op, logp, weight, axis)
        weighted = logp * per_class
        share = fn.sum(fn.where(hit, per_class, 0), axis)
    loss = -fn.sum(fn.where(hit, weighted, 0), axis)
    if smoothing:
        spread = -fn.sum(weighted, axis)
        loss = loss * (1 - smoothing) + fn.where(counts, spread, 0) * (smoothing / classes)
    if reduction == "mean":
        return (loss.sum() / share.sum()).named(op)
    return _reduced(op, loss, reduction)
