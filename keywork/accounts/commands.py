"""`keywork accounts`: the first account of all, and a way in for whoever has no other."""

import click
from flask.cli import AppGroup

from keywork.accounts import queries, services
from keywork.kernel.database import transaction
from keywork.kernel.viewer import set_viewer
from keywork.web.db import db

commands = AppGroup("accounts", help="Accounts that nobody in the service can make or mend.")


@commands.command("add-lead")
@click.argument("email")
@click.argument("name")
def add_lead(email: str, name: str) -> None:
    """Make an account for a service lead, who makes all the others."""
    set_viewer(db.session, services.ACCOUNTS)
    with transaction(db.session):
        staff_id = services.add_staff(db.session, email, name, "", ("service_lead", None))
        password = services.give_temporary_password(db.session, staff_id)
    _say(email, password)


@commands.command("give-password")
@click.argument("email")
def give_password(email: str) -> None:
    """Give somebody a password for one sign-in; their second factor stays as it is."""
    set_viewer(db.session, services.ACCOUNTS)
    found = queries.staff_by_email(db.session, email)
    if found is None:
        raise click.ClickException("Nobody who works here has this email address.")
    with transaction(db.session):
        password = services.give_temporary_password(db.session, found.id)
    _say(email, password)


def _say(email: str, password: str) -> None:
    click.echo(f"{email} signs in with {password} and then chooses another password.")
