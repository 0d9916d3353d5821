"""`keywork`: everything an operator can do, as one command."""

from dotenv import load_dotenv
from flask.cli import FlaskGroup

from config.settings import ROOT
from keywork import create_app


def main() -> None:
    """Run the command line, on the servers of a `make run` in this checkout if one is up."""
    load_dotenv(ROOT / "var" / "environment")
    FlaskGroup(
        create_app=create_app,
        help="Operate keywork.",
        add_version_option=False,
        load_dotenv=False,
    ).main(prog_name="keywork")
