"""JAX: the whole step in one ``jit`` with donated buffers, data on the device beforehand."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..protocol import Setting
from ..witness import digest
from ..workloads import Arrays, Workload

Tree = Any
"""Nested lists and tuples of JAX's arrays."""


def prepare(workload: Workload, arrays: Arrays, setting: Setting) -> Stepper:
    """Trace; the first step compiles."""
    jax.config.update("jax_compilation_cache_dir", str(setting.cache))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", 0)
    if workload.kind == "product":
        a, b = (jnp.asarray(factor) for factor in arrays.weights)
        multiply = jax.jit(lambda c, a, b: ((product := a @ b), product), donate_argnums=0, keep_unused=True)
        return Stepper(multiply, jnp.zeros((a.shape[0], b.shape[1]), jnp.float32), (a, b), read=_digest)
    if workload.kind == "blend":
        blend = jax.jit(lambda s, x: (0.75 * s + 0.25 * x, jnp.float32(0)), donate_argnums=0)
        return Stepper(blend, jnp.array(arrays.weights[0]), (jnp.asarray(arrays.x),), read=_digest)
    return _network(workload, arrays)


class Stepper:
    """A compiled function ``(state, *feeds) -> (state, result)``, and the state of now."""

    def __init__(
        self,
        step: Callable[..., tuple[Tree, Tree]],
        state: Tree,
        feeds: tuple[Any, ...],
        read: Callable[[Tree, Tree], list[float]] = lambda state, result: np.asarray(result).reshape(-1).tolist(),
        wait: bool = False,
    ) -> None:
        self.step = step
        self.state = state
        self.feeds = feeds
        self.read = read
        self.wait = wait  # for each result, as one does who serves; training may run ahead

    def outcome(self) -> list[float]:
        """One step, and what it computes."""
        self.state, result = self.step(self.state, *self.feeds)
        return self.read(self.state, result)

    def steps(self, count: int) -> None:
        """Some steps."""
        step, state, feeds = self.step, self.state, self.feeds
        result = None
        for _ in itertools.repeat(None, count):
            state, result = step(state, *feeds)
            if self.wait:
                result.block_until_ready()
        self.state = jax.block_until_ready(state)
        jax.block_until_ready(result)


def _digest(state: Tree, result: Tree) -> list[float]:
    return digest(np.asarray(state))


def _network(workload: Workload, arrays: Arrays) -> Stepper:
    parameters = [(jnp.array(w), jnp.array(b)) for w, b in zip(arrays.weights, arrays.biases, strict=True)]
    norms = [(jnp.ones(len(b)), jnp.zeros(len(b))) for b in arrays.biases[:-1]] if workload.norm else []
    running = [(jnp.zeros(len(b)), jnp.ones(len(b))) for b in arrays.biases[:-1]] if workload.norm else []
    activate = jax.nn.relu if workload.activation == "relu" else (lambda z: jax.nn.gelu(z, approximate=False))

    def forward(trained: Tree, running: Tree, key: Any, x: Any) -> tuple[Any, Tree]:
        parameters, norms = trained
        moved = []
        for i, (weight, bias) in enumerate(parameters[:-1]):
            x = x @ weight.T + bias
            if norms:
                mean, variance = x.mean(axis=0), x.var(axis=0)
                unbiased = variance * (len(x) / (len(x) - 1))
                moved.append((0.9 * running[i][0] + 0.1 * mean, 0.9 * running[i][1] + 0.1 * unbiased))
                x = (x - mean) * jax.lax.rsqrt(variance + 1e-5) * norms[i][0] + norms[i][1]
            x = activate(x)
            if workload.dropout:
                kept = jax.random.bernoulli(jax.random.fold_in(key, i), 1 - workload.dropout, x.shape)
                x = jnp.where(kept, x / (1 - workload.dropout), 0)
        weight, bias = parameters[-1]
        return x @ weight.T + bias, moved

    trained = (parameters, norms)
    if workload.kind == "predict":
        answer = jax.jit(lambda trained, x: forward(trained, running, None, x)[0])
        return Stepper(lambda trained, x: (trained, answer(trained, x)), trained, (jnp.asarray(arrays.x),), wait=True)

    def objective(trained: Tree, running: Tree, key: Any, x: Any, y: Any) -> tuple[Any, Tree]:
        logits, moved = forward(trained, running, key, x)
        losses = jax.nn.logsumexp(logits, axis=1) - jnp.take_along_axis(logits, y[:, None], axis=1)[:, 0]
        return losses.mean(), moved

    def step(state: Tree, x: Any, y: Any) -> tuple[Tree, Any]:
        trained, running, moments, count = state
        key = jax.random.fold_in(jax.random.key(0), count)
        (loss, running), gradients = jax.value_and_grad(objective, has_aux=True)(trained, running, key, x, y)
        count = count + 1
        if workload.optimizer == "sgd":
            trained = jax.tree.map(lambda p, g: p - workload.lr * g, trained, gradients)
            return (trained, running, moments, count), loss
        m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, moments[0], gradients)
        v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, moments[1], gradients)
        one, two = 1 - 0.9**count, 1 - 0.999**count
        trained = jax.tree.map(lambda p, m, v: p - workload.lr * (m / one) / (jnp.sqrt(v / two) + 1e-8), trained, m, v)
        return (trained, running, (m, v), count), loss

    zeros = (jax.tree.map(jnp.zeros_like, trained), jax.tree.map(jnp.zeros_like, trained))
    state = (trained, running, zeros if workload.optimizer == "adam" else (), jnp.int32(0))
    x, y = jnp.asarray(arrays.x), jnp.asarray(arrays.y.astype(np.int32))
    if workload.kind == "train":
        return Stepper(jax.jit(step, donate_argnums=0), state, (x, y))
    xs = x.reshape(workload.epoch_steps, workload.batch, -1)
    ys = y.reshape(workload.epoch_steps, workload.batch)
    scan = jax.jit(lambda s, xs, ys: jax.lax.scan(lambda s, b: step(s, *b), s, (xs, ys)), donate_argnums=0)
    return Stepper(scan, state, (xs, ys))
