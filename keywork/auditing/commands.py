"""`keywork audit`: what an operator does about the audit."""

import click
from flask.cli import AppGroup

from keywork.auditing import services
from keywork.kernel.database import transaction
from keywork.kernel.viewer import set_viewer
from keywork.web.db import db

audit = AppGroup("audit", help="Who did and read what.")


@audit.command("verify")
def verify() -> None:
    """Work out every day's seal anew; fails if one is not what it was."""
    set_viewer(db.session, services.TASK)
    with transaction(db.session):
        differs = services.verify(db.session, everything=True)
    for day in differs:
        click.echo(f"Not as it was sealed: {day.isoformat()}", err=True)
    if differs:
        raise SystemExit(1)
    click.echo("Every sealed day is as it was sealed.")
