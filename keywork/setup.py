"""The steps `create_app` is made of."""

from importlib import import_module

from flask import Flask
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix

from config.settings import ROOT, settings
from keywork.kernel.database import engine_options
from keywork.web.db import db
from keywork.web.headers import answer_only
from keywork.web.layout import register_web

CAPABILITIES = (
    "accounts",
    "alerts",
    "families",
    "plans",
    "documents",
    "sharing",
    "commissioning",
    "handoffs",
    "copies",
    "subject_access",
    "retention",
    "auditing",
    "desk",
)
"""The rooms with pages of their own; each has a `register(app)`."""


def bare_app() -> Flask:
    """A Flask application with its settings and nothing else."""
    chosen = settings()
    app = Flask("keywork", template_folder=str(ROOT / "templates"))
    app.config.update(
        SECRET_KEY=chosen.secret_key.get_secret_value(),
        SECRET_KEY_FALLBACKS=chosen.former_secret_keys,
        SQLALCHEMY_ENGINES={
            "default": {"url": chosen.database_url.get_secret_value(), **engine_options()}
        },
        SESSION_COOKIE_NAME="__Host-keywork" if chosen.secure_cookies else "keywork",
        SESSION_COOKIE_SECURE=chosen.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_SECURE=chosen.secure_cookies,
        MAX_CONTENT_LENGTH=12 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
    )
    app.wsgi_app = answer_only(app.wsgi_app, chosen.hosts)  # type: ignore[assignment,method-assign]
    if chosen.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=chosen.proxies, x_proto=chosen.proxies
        )
    return app


def register_database(app: Flask) -> None:
    """One session a request, and the migrations' commands."""
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"))


def register_layout(app: Flask) -> None:
    """Layout, form protection, headers and error pages."""
    register_web(app)


def register_access(app: Flask) -> None:
    """Sign-in, and the rule that a route nobody has opened is closed."""
    from keywork.accounts.guard import register_guard

    register_guard(app)


def register_capabilities(app: Flask) -> None:
    """The pages, navigation and commands of each capability."""
    for name in CAPABILITIES:
        import_module(f"keywork.{name}").register(app)


def register_health(app: Flask) -> None:
    """What a load balancer asks."""
    from keywork.web.health import blueprint

    app.register_blueprint(blueprint)


def register_commands(app: Flask) -> None:
    """Commands that belong to no capability."""
    from keywork.demo.commands import demo
    from keywork.local.mailbox_pages import register_mailbox

    app.cli.add_command(demo)
    register_mailbox(app)
