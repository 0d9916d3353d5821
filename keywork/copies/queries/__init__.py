"""Reads of copies, and of what could be in one."""

from keywork.copies.queries.content import MOST_ENTRIES, content
from keywork.copies.queries.copies import FOLDER, CopyFile, CopyView, copies, copy_file

__all__ = [
    "FOLDER",
    "MOST_ENTRIES",
    "CopyFile",
    "CopyView",
    "content",
    "copies",
    "copy_file",
]
