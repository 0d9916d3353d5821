"""How large a request may be: larger where a file is uploaded, so that one that is too large is
refused beside its field, with everything else that was typed still there."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

from flask import Flask, current_app, request, send_file, session
from flask.wrappers import Response

View = TypeVar("View", bound=Callable[..., Any])

LARGEST_UPLOAD: Final = 64 * 1024 * 1024
_TAG: Final = "keywork_takes_file"


def takes_file(view: View) -> View:
    """Let people who are signed in send this view a file, even one that it will refuse."""
    setattr(view, _TAG, True)
    return view


def register_uploads(app: Flask) -> None:
    """Set each request's limit before anything reads it."""
    app.before_request(set_limit)


def set_limit() -> None:
    """A stranger may send no more to these views than to any other."""
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, _TAG, False) and "_user_id" in session:
        request.max_content_length = LARGEST_UPLOAD


def download(path: Path, media_type: str, name: str) -> Response:
    """A file as a download that no browser shows or runs."""
    response = send_file(path, mimetype=media_type, as_attachment=True, download_name=name)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
