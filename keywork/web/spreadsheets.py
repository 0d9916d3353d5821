"""Tables as a download for a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

from flask import Response

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def csv_download(name: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Response:
    """A CSV file with a heading row; no cell is taken for a formula by whatever opens it."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(columns)
    writer.writerows([plain_cell(cell) for cell in row] for row in rows)
    response = Response("\ufeff" + written.getvalue(), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def plain_cell(text: str) -> str:
    """The text, led by an apostrophe where a spreadsheet would work it out."""
    return f"'{text}" if text.startswith(FORMULA) else text
