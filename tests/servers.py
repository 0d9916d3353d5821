"""One PostgreSQL and one Redis for a whole run of the test suite, shared by its parallel workers.

The process that controls the run starts them and hands their addresses to its workers, so each
worker makes databases of its own on them. They go when that process goes, however it goes. In
`tests/conftest.py`:

    from tests import servers

    def pytest_configure(config):
        servers.start(config)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(node):
        servers.hand_to(node)

    def pytest_unconfigure(config):
        servers.stop(config)

    @pytest.fixture(scope="session")
    def stack(request, worker_id):
        stack = servers.of(request.config)
        stack.drop_database(f"test_{worker_id}")
        stack.create_database(f"test_{worker_id}")
        ...  # stack.url(OWNER, f"test_{worker_id}"), stack.url(APP, ...), stack.redis_database(1)

With KEYWORK_TEST_POSTGRES_URL (a superuser's address) and KEYWORK_TEST_REDIS_URL set, those servers
are used instead.
"""

import os
from contextlib import ExitStack
from dataclasses import asdict
from typing import Any

import pytest

from keywork.local.problem import Problem
from keywork.local.stack import Stack, throwaway_stack

STACK = pytest.StashKey[Stack]()
RUNNING = pytest.StashKey[ExitStack]()
HANDED_OVER = "keywork_stack"


def start(config: pytest.Config) -> None:
    """Start the servers, or take those named in the environment or handed over."""
    handed_over = getattr(config, "workerinput", {}).get(HANDED_OVER)
    if handed_over:
        config.stash[STACK] = Stack(**handed_over)
    elif not config.option.collectonly:
        running = config.stash[RUNNING] = ExitStack()
        try:
            config.stash[STACK] = _given() or running.enter_context(
                throwaway_stack(config.rootpath / "var" / "tests")
            )
        except Problem as problem:
            raise pytest.UsageError(str(problem)) from problem
        config.stash[STACK].create_roles()


def hand_to(node: Any) -> None:
    """Tell a worker that is about to start where the servers are."""
    if STACK in node.config.stash:
        node.workerinput[HANDED_OVER] = asdict(node.config.stash[STACK])


def of(config: pytest.Config) -> Stack:
    """The servers of this run."""
    return config.stash[STACK]


def stop(config: pytest.Config) -> None:
    """Stop what `start` started."""
    if RUNNING in config.stash:
        config.stash[RUNNING].close()


def _given() -> Stack | None:
    postgres = os.environ.get("KEYWORK_TEST_POSTGRES_URL")
    redis = os.environ.get("KEYWORK_TEST_REDIS_URL")
    if bool(postgres) != bool(redis):
        raise pytest.UsageError(
            "Set both KEYWORK_TEST_POSTGRES_URL and KEYWORK_TEST_REDIS_URL, or neither."
        )
    return Stack(postgres, redis) if postgres and redis else None
