"""keywork: family help in one record, one plan and one purse."""

from flask import Flask

from keywork.kernel.logs import configure_logs


def create_app() -> Flask:
    """The web application, put together room by room."""
    from keywork import setup

    configure_logs()
    app = setup.bare_app()
    setup.register_database(app)
    setup.register_layout(app)
    setup.register_access(app)
    setup.register_capabilities(app)
    setup.register_health(app)
    setup.register_commands(app)
    return app
