"""Tasks: named for what they do, carried by a queue of their capability, and all of them known."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from config.settings import ROOT


@pytest.fixture
def celery(bare_app: Flask) -> Any:
    """The Celery application with every task. The web application has set the environment."""
    from worker.app import app

    app.loader.import_default_modules()
    return app


def ours(celery: Any) -> set[str]:
    """The names of our tasks."""
    return {name for name in celery.tasks if not name.startswith("celery.")}


def enqueued() -> Iterator[tuple[Path, str | None]]:
    """Each call of `enqueue(session, "task", …)` in keywork: where, and the name if it is plain."""
    for path in sorted((ROOT / "keywork").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("enqueue"):
                name = node.args[1]
                plain = isinstance(name, ast.Constant) and isinstance(name.value, str)
                yield path.relative_to(ROOT), name.value if plain else None  # type: ignore[attr-defined]


def test_each_task_is_named_for_its_module_and_sent_to_its_queue(celery: Any) -> None:
    queues = {queue.name for queue in celery.conf.task_queues}
    assert ours(celery)
    for name in ours(celery):
        capability, verb = name.split(".")
        assert celery.tasks[name].run.__module__.startswith("worker.tasks")
        assert (ROOT / "worker" / "tasks" / f"{capability}.py").is_file(), name
        assert verb.isidentifier()
        route = celery.amqp.router.route({}, name)
        assert route["queue"].name == capability
        assert capability in queues


def test_no_two_queues_get_the_same_messages(celery: Any) -> None:
    bound = [(queue.exchange.name, queue.routing_key) for queue in celery.conf.task_queues]
    assert len(set(bound)) == len(bound)


def test_what_is_enqueued_is_a_task(celery: Any) -> None:
    found = list(enqueued())
    assert found
    for path, name in found:
        assert name in ours(celery), f"{path} enqueues {name}"


def test_what_beat_sends_is_a_task_that_takes_nothing(celery: Any) -> None:
    for entry in celery.conf.beat_schedule.values():
        assert entry["task"] in ours(celery)
        assert not {"args", "kwargs"} & set(entry)


def test_every_task_gives_up_its_worker_late_and_in_time(celery: Any) -> None:
    for name in ours(celery):
        task = celery.tasks[name]
        assert task.acks_late
        assert task.reject_on_worker_lost
        assert task.ignore_result
        assert (task.soft_time_limit or celery.conf.task_soft_time_limit) > 0
        hard = task.time_limit or celery.conf.task_time_limit
        assert hard < celery.conf.broker_transport_options["visibility_timeout"]
    assert celery.conf.accept_content == ["json"]
