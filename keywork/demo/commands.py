"""`keywork demo`: make the demonstration, and say how to sign in to it."""

import json

import click
from flask.cli import with_appcontext

from config.settings import settings
from keywork.demo import locality, people
from keywork.web.db import db


@click.group()
def demo() -> None:
    """A synthetic locality to look round in."""


@demo.command()
@click.option("--if-empty", is_flag=True, help="Do nothing when there are hubs already.")
@with_appcontext
def load(if_empty: bool) -> None:
    """Fill an empty database with the demonstration."""
    if settings().production:
        raise click.ClickException("Invented people do not belong among real ones.")
    if not locality.is_empty(db.session):
        if if_empty:
            return
        raise click.ClickException("This database holds data already; the demo needs an empty one.")
    steps = locality.steps(db.session)
    with click.progressbar(steps, label="Making the demo locality") as bar:
        for step in bar:
            step()
            db.session.commit()


@demo.command(name="people")
@click.option("--json", "as_json", is_flag=True, help="As a JSON list.")
def list_people(as_json: bool) -> None:
    """List one sign-in per role."""
    found = people.one_per_role()
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    for person in found:
        role = person["role"].replace("_", " ")
        click.echo(f"{role:15} {person['email']:35} {person['password']}")
