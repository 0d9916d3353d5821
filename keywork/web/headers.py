"""What every response tells the browser that it may do."""

from __future__ import annotations

from flask import Flask, Response, request

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
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
YEAR = 365 * 24 * 60 * 60


def register_headers(app: Flask) -> None:
    """Set the headers on every response of the app; a view may set its own first."""
    app.after_request(set_headers)


def set_headers(response: Response) -> Response:
    """Strict headers, and no page kept by a browser that others may use after."""
    for name, value in ALWAYS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={YEAR}")
    response.headers["Cache-Control"] = caching(response)
    return response


def caching(response: Response) -> str:
    """Static files are kept for good if their address names their content, else asked for anew."""
    if request.endpoint != "static" or response.status_code not in (200, 206, 304):
        return "no-store"
    filename = (request.view_args or {}).get("filename", "")
    named = "v" in request.args or filename.startswith("vendor/")
    return f"public, max-age={YEAR}, immutable" if named else "no-cache"
