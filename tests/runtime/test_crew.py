from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest

from graphc.runtime import crew as module
from graphc.runtime.crew import Crew, Task


@pytest.fixture
def crew(monkeypatch: pytest.MonkeyPatch) -> Iterator[Crew]:
    monkeypatch.setattr(module, "available_cores", lambda: 2)
    made = Crew()
    yield made
    made.dismiss()


def done(task: Task | None) -> str | None:
    assert task is not None
    task.wait()
    return task.trouble


def test_a_member_does_what_it_is_asked_and_tells_what_went_wrong(crew: Crew) -> None:
    fine = crew.ask("builtins:print", "what is printed is no answer")
    wrong = crew.ask("json:loads", "[1, 2")
    again = crew.ask("json:loads", "[1, 2]")
    assert done(fine) is None
    assert "JSONDecodeError" in (done(wrong) or "")
    assert done(again) is None


def test_a_member_that_dies_says_how_and_nobody_hangs(crew: Crew) -> None:
    first, second = crew.ask("os:abort"), crew.ask("builtins:print", "still there?")
    assert "ended with status -6" in (done(first) or "")
    assert "ended with status -6" in (done(second) or "")


def test_every_member_is_enlisted_and_ends_when_dismissed(crew: Crew) -> None:
    crew.gather(1)
    (member,) = crew._members
    answers: list[str | None] = []
    crew.enlist(lambda request: answers.append(request("builtins:print", "here")))
    crew.dismiss()
    assert member.process.wait(timeout=60) == 0
    deadline = time.monotonic() + 60
    while not answers and time.monotonic() < deadline:
        time.sleep(0.01)
    assert answers == [None]


def test_members_do_not_import_numba_or_the_face_to_start(crew: Crew) -> None:
    code = "import sys; assert not {'numba', 'graphc.nn', 'graphc.compiler.pipeline'} & set(sys.modules)"
    assert done(crew.ask("builtins:exec", code)) is None


def test_with_one_core_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "available_cores", lambda: 1)
    assert Crew().ask("builtins:print") is None


def test_where_no_process_can_be_started_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **options: object) -> None:
        raise OSError("no more processes")

    monkeypatch.setattr(module, "available_cores", lambda: 2)
    monkeypatch.setattr(module.subprocess, "Popen", refuse)
    assert Crew().ask("builtins:print") is None


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_process_does_not_wait_for_its_parents_members() -> None:
    task = Task()  # that nobody ever finishes
    child = os.fork()
    if child == 0:
        task.wait()
        os._exit(0)
    deadline = time.monotonic() + 20
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        assert time.monotonic() < deadline
        time.sleep(0.01)
