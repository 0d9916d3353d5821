"""What every response tells the browser that it may do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask, Response, request
from werkzeug.sansio.utils import host_is_trusted

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
ALWAYS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    # Not "no-referrer": over https Flask-WTF wants to see that a post comes from our own pages.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), usb=()",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
NOT_US = "keywork does not answer to this name.\n"
YEAR = 365 * 24 * 60 * 60
STAY_ENCRYPTED = f"max-age={YEAR}; includeSubDomains"


def register_headers(app: Flask) -> None:
    """Set the headers on every response of the app; a view may set its own first."""
    app.after_request(set_headers)


def answer_only(application: WSGIApplication, hosts: list[str]) -> WSGIApplication:
    """The same application, which makes no page for a request that names another host."""

    def answer(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if host_is_trusted(environ.get("HTTP_HOST") or environ["SERVER_NAME"], hosts):
            return application(environ, start)
        return Response(NOT_US, 400, ALWAYS, "text/plain")(environ, start)

    return answer


def set_headers(response: Response) -> Response:
    """Strict headers, and no page kept by a browser that others may use after."""
    for name, value in ALWAYS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault(
            "Strict-Transport-Security", f"max-age={YEAR}; includeSubDomains"
        )
    if request.endpoint == "accounts.sign_out":
        # Not the cookies: the browser would forget those of the council's other services too.
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
    response.headers["Cache-Control"] = caching(response)
    return response


def caching(response: Response) -> str:
    """Static files are kept for good if their address names their content, else asked for anew."""
    if request.endpoint != "static" or response.status_code not in (200, 206, 304):
        return "no-store"
    filename = (request.view_args or {}).get("filename", "")
    named = "v" in request.args or filename.startswith("vendor/")
    return f"public, max-age={YEAR}, immutable" if named else "no-cache"
