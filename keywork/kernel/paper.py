"""Printed pages: PDFs that a screen reader can read, the same bytes for the same data and time.

A template in `templates/print` is given its data as JSON, so nothing a person typed is ever markup.
"""

import json
import re
from datetime import datetime
from typing import Any, Final

import typst

from config.settings import ROOT
from keywork.kernel.glyphs import FONTS, MISSING, printable

TEMPLATES: Final = ROOT / "templates" / "print"

_ENDLESS: Final = re.compile(r"\S{24}")
_MAY_BREAK: Final = "\u200b"


def render(template: str, data: dict[str, Any], *, made_at: datetime) -> bytes:
    """The PDF that `templates/print/<template>.typ` makes of the data, as if made at that moment.

    `data["unprintable"]` tells it whether a character had to be left out.
    """
    shown = _printable(data)
    shown["unprintable"] = _count(shown) > _count(data)
    return typst.compile(
        TEMPLATES / f"{template}.typ",
        root=TEMPLATES,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(shown)},
        # For archives, and for everybody: tagged, with a language, a title and all fonts inside.
        pdf_standards=["a-2a", "ua-1"],
        timestamp=int(made_at.timestamp()),
    )


def _printable(value: Any) -> Any:
    """The same, with texts that can be printed and whose longest words can be broken."""
    if isinstance(value, str):
        return _ENDLESS.sub(lambda found: found.group() + _MAY_BREAK, printable(value))
    if isinstance(value, dict):
        return {key: _printable(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(part) for part in value]
    return value


def _count(value: Any) -> int:
    return json.dumps(value, ensure_ascii=False).count(MISSING)
