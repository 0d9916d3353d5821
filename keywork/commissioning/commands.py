"""What an operator does with the money: file a policy, prove the ledger."""

from pathlib import Path

import click
from flask.cli import AppGroup

from config.settings import ROOT
from keywork.commissioning import services
from keywork.commissioning.services.common import TASK
from keywork.kernel.database import transaction
from keywork.kernel.viewer import set_viewer
from keywork.web.db import db

policy = AppGroup("policy", help="The rules that approve a spend at once or have a person decide.")
ledger = AppGroup("ledger", help="The books.")


@policy.command("load")
@click.argument(
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=ROOT / "config" / "policy" / "approval.toml",
)
def load(file: Path) -> None:
    """File the approval policy in FILE; again does nothing."""
    set_viewer(db.session, TASK)
    try:
        with transaction(db.session):
            filed = services.load_policy(db.session, file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise click.ClickException(f"{file.name} is not an approval policy: {error}") from error
    click.echo("The policy is filed." if filed else "This policy is filed already.")


@ledger.command("prove")
def prove() -> None:
    """Check that the books balance and agree with every spend."""
    set_viewer(db.session, TASK)
    with transaction(db.session):
        broken = services.prove_ledger(db.session)
    for sentence in broken:
        click.echo(f"Does not hold: {sentence}", err=True)
    if broken:
        raise SystemExit(1)
    click.echo("Everything holds: the books balance and agree with every spend.")
