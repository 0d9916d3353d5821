"""Reads of subject access."""

from keywork.subject_access.queries.bundle import contents, file_names, write_zip
from keywork.subject_access.queries.context import Beside
from keywork.subject_access.queries.items import Gathered, Item, Read, gather
from keywork.subject_access.queries.requests import (
    FOLDER,
    Bundle,
    Found,
    Pause,
    RequestView,
    find,
    found,
    last_bundle,
    request,
    requests,
    view_of,
)

__all__ = [
    "FOLDER",
    "Beside",
    "Bundle",
    "Found",
    "Gathered",
    "Item",
    "Pause",
    "Read",
    "RequestView",
    "contents",
    "file_names",
    "find",
    "found",
    "gather",
    "last_bundle",
    "request",
    "requests",
    "view_of",
    "write_zip",
]
