"""The command that takes a handoff in from another system."""

from typing import BinaryIO

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import IntegrityError

from keywork.accounts import queries as accounts
from keywork.handoffs import services
from keywork.handoffs.fhir import Message, read_message
from keywork.handoffs.fhir_document import MOST_BYTES, MessageProblem
from keywork.kernel.database import transaction
from keywork.kernel.viewer import set_viewer, system_task
from keywork.web.db import db


@click.command()
@click.argument("file", type=click.File("rb"))
@click.option("--hub", "code", help="The hub's code, instead of the one the postcode says.")
@with_appcontext
def handoff(file: BinaryIO, code: str | None) -> None:
    """Take in a handoff: FILE is a FHIR R4 message in JSON, or - for standard input.

    Nothing is stored unless the whole message can be read. A message that was taken in before
    changes nothing.
    """
    set_viewer(db.session, system_task("handoffs"))
    try:
        message = read_message(file.read(MOST_BYTES + 1))
        hub = _hub(message, code)
    except MessageProblem as problem:
        raise click.ClickException(str(problem)) from problem
    for doubt in message.doubts:
        click.echo(f"Warning: {doubt.path}: {doubt.sentence}", err=True)
    content = message.content(hub.id)
    try:
        received = _receive(message.source, content)
    except IntegrityError:
        # The same message came in through another process at the same moment.
        received = _receive(message.source, content)
    if received.is_new:
        click.echo(f"{received.reference} is waiting to be allocated at {hub.name}.")
    else:
        click.echo(f"This message was already received, as {received.reference}.")


def _receive(source: services.Source, content: services.Content) -> services.Received:
    with transaction(db.session):
        return services.receive(db.session, source, content)


def _hub(message: Message, code: str | None) -> accounts.HubView:
    if code is not None:
        hubs = {hub.code.casefold(): hub for hub in accounts.hubs(db.session)}
        if code.casefold() not in hubs:
            known = ", ".join(sorted(hub.code for hub in hubs.values()))
            raise MessageProblem("--hub", f"there is no hub {code}; the hubs are {known}")
        return hubs[code.casefold()]
    if not message.postcode:
        raise MessageProblem(message.postcode_path, "has no postcode; name the hub with --hub")
    hub = accounts.hub_for_postcode(db.session, message.postcode)
    if hub is None:
        sentence = f"{message.postcode} is in no hub's patch; name the hub with --hub"
        raise MessageProblem(message.postcode_path, sentence)
    return hub
