"""What is taken out of the vendored files, and that it is out of those we ship."""

from __future__ import annotations

import re

import pytest

from keywork.web import vendor

FONT = "@font-face{font-family:GDS Transport;src:url(/assets/fonts/a.woff2)}"


def test_rules_are_cut_at_their_outermost_braces() -> None:
    css = ":root{--a:1}@media print{.a{b:c}.d{e:f}}.g{h:i}"
    assert list(vendor.rules(css)) == [":root{--a:1}", "@media print{.a{b:c}.d{e:f}}", ".g{h:i}"]


def test_the_font_and_the_crest_go() -> None:
    crest = ".logo:before{background:url(/assets/images/govuk-crest.svg)}"
    text = ".a{font-family:GDS Transport,arial,sans-serif}"
    cleaned = vendor.govuk_css(f"{FONT}{text}{crest}/*# sourceMappingURL=a.map */")
    assert cleaned == ".a{font-family:Arial,helvetica,sans-serif}"


def test_only_the_components_we_use_stay() -> None:
    css = ".moj-badge{a:b}.moj-badge--red{a:b}.moj-alert{a:b}@media print{.moj-alert{a:b}}"
    more = "@media print{.moj-alert{a:b}.moj-timeline{c:d}}.moj-timelines{a:b}"
    kept = ".moj-badge{a:b}.moj-badge--red{a:b}@media print{.moj-timeline{c:d}}"
    assert vendor.moj_css(css + more) == kept


@pytest.mark.parametrize("package", [vendor.GOVUK, vendor.MOJ])
def test_what_we_ship_is_clean_and_licensed(package: vendor.Package) -> None:
    folder = vendor.VENDOR / package.folder
    files = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    licence = files.pop("LICENCE.txt")
    assert package.copyright in licence
    assert "Permission is hereby granted" in licence
    for name, text in files.items():
        assert not re.search(r"GDS Transport|/assets/|sourceMappingURL|govuk-crest", text), name
