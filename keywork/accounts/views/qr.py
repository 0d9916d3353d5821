"""A QR code as a picture within the page."""

import segno
from markupsafe import Markup


def qr_code(text: str) -> Markup:
    """An SVG of the text, dark on light with the border that scanners need, and no styles."""
    drawn = segno.make(text, error="m", micro=False).svg_inline(
        scale=4, border=4, omitsize=True, light="#fff", svgclass="app-qr", lineclass=None
    )
    return Markup(drawn)  # noqa: S704 - drawn from numbers, nothing of the text is in it
