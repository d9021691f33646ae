from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from graphc.runtime import crew as module
from graphc.runtime.crew import Crew, Request


@pytest.fixture
def crew(monkeypatch: pytest.MonkeyPatch) -> Iterator[Crew]:
    monkeypatch.setattr(module, "available_cores", lambda: 2)
    made = Crew()
    yield made
    made.dismiss()


class Answers:
    """What a member answers to some requests, asked one after the other."""

    def __init__(self, crew: Crew, *requests: tuple[str, ...]) -> None:
        self.requests = requests
        self.found: list[str | None] = []
        self.finished = threading.Event()
        assert crew.gather(1) == 1
        crew.enlist(self._job)

    def _job(self, request: Request) -> None:
        self.found = [request(*each) for each in self.requests]
        self.finished.set()

    def wait(self) -> list[str | None]:
        assert self.finished.wait(60)
        return self.found


def test_a_member_does_what_it_is_asked_and_tells_what_went_wrong(crew: Crew) -> None:
    said = ("builtins:print", "what is printed is no answer")
    fine, wrong, again = Answers(crew, said, ("json:loads", "[1, 2"), ("json:loads", "[1, 2]")).wait()
    assert fine is None
    assert "JSONDecodeError" in (wrong or "")
    assert again is None


def test_a_member_that_dies_says_how_and_nobody_hangs(crew: Crew) -> None:
    first, second = Answers(crew, ("os:abort",), ("builtins:print", "still there?")).wait()
    assert "ended with status -6" in (first or "")
    assert "ended with status -6" in (second or "")


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
    assert Answers(crew, ("builtins:exec", code)).wait() == [None]


def test_with_one_core_there_is_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "available_cores", lambda: 1)
    assert Crew().gather(1) == 0


def test_where_no_process_can_be_started_there_is_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **options: object) -> None:
        raise OSError("no more processes")

    monkeypatch.setattr(module, "available_cores", lambda: 2)
    monkeypatch.setattr(module.subprocess, "Popen", refuse)
    assert Crew().gather(1) == 0
