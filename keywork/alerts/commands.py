"""`keywork outbox`: what an operator does about background work that is late or was given up."""

import json
from datetime import timedelta
from typing import Final

import click
from flask.cli import AppGroup

from keywork.alerts.alerts import work_put_right
from keywork.kernel import outbox
from keywork.kernel.clock import LONDON
from keywork.kernel.database import transaction
from keywork.kernel.viewer import set_viewer, system_task
from keywork.web.db import db

LATE: Final = timedelta(minutes=1)

commands = AppGroup("outbox", help="Look after the work done in the background.")


@commands.command("list")
def list_troubled() -> None:
    """Show the work that was given up, keeps failing or is late."""
    rows = outbox.troubled(db.session, LATE)
    for row in rows:
        state = (
            "given up" if row.failed_at else f"next {row.send_at.astimezone(LONDON):%d %b %H:%M}"
        )
        since = f"{row.recorded_at.astimezone(LONDON):%d %b %H:%M}"
        click.echo(
            f"{row.id}  {row.task} {json.dumps(row.arguments)}  since {since},"
            f" attempts {row.attempts}, {state}"
        )
    if not rows:
        click.echo("Nothing is late and nothing was given up.")


@commands.command("retry")
@click.argument("ids", metavar="ID...", type=int, nargs=-1, required=True)
def retry(ids: tuple[int, ...]) -> None:
    """Have work that was given up done after all."""
    set_viewer(db.session, system_task("outbox"))
    with transaction(db.session):
        retried = outbox.retry(db.session, ids)
        for task in {work.task for work in retried} - outbox.failed_tasks(db.session):
            work_put_right(db.session, task)
    for work in retried:
        click.echo(f"{work.id}  {work.task} will be done now.")
    missing = set(ids) - {work.id for work in retried}
    if missing:
        numbers = ", ".join(str(number) for number in sorted(missing))
        raise click.ClickException(f"Not given up, so not touched: {numbers}.")
