"""The headers of pages and of static files."""

from __future__ import annotations

from flask import Flask


def test_pages_are_strict_and_not_kept(app: Flask) -> None:
    app.add_url_rule("/page", "page", lambda: "<p>Text</p>")
    headers = app.test_client().get("/page").headers
    policy = headers["Content-Security-Policy"].split("; ")
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self'" in policy
    assert "base-uri 'none'" in policy
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in headers


def test_https_stays_https(app: Flask) -> None:
    headers = app.test_client().get("/", base_url="https://localhost").headers
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def caching(app: Flask, address: str) -> str:
    """How long the answer at an address may be kept."""
    with app.test_client().get(address) as response:
        return response.headers["Cache-Control"]


def test_static_addresses_name_the_content_and_are_kept_for_good(app: Flask) -> None:
    with app.test_request_context():
        address = app.url_for("static", filename="app.css")
    assert len(address.partition("?v=")[2]) == 12
    assert caching(app, address) == "public, max-age=31536000, immutable"
    assert caching(app, "/static/app.css") == "no-cache"
    assert caching(app, "/static/nothing.css?v=1") == "no-store"


def test_vendored_files_are_kept_by_the_version_in_their_folder(app: Flask) -> None:
    assert "immutable" in caching(app, "/static/vendor/govuk-6.3.0/govuk-frontend.min.js")
