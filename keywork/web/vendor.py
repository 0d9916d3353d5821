"""Fetch the published GOV.UK and MOJ Frontend files and keep only what our pages use.

    python -m keywork.web.vendor

The packages are the ready-built ones from npm, checked against the digests below. What a council
may not use (the GDS Transport font, the crown) is taken out: those are the rules that load
something from /assets/. So are the MOJ components that no page of ours shows.
"""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

VENDOR = Path(__file__).parent.parent / "static" / "vendor"

MOJ_COMPONENTS = (
    "badge",
    "identity-bar",
    "notification-badge",
    "page-header-actions",
    "sub-navigation",
    "timeline",
)

LICENCE = """The MIT License (MIT)

{copyright}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
associated documentation files (the "Software"), to deal in the Software without restriction,
including without limitation the rights to use, copy, modify, merge, publish, distribute,
sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial
portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT
NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES
OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN
CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.

{name} {version}, changed for this project: see keywork/web/vendor.py.
"""


@dataclass(frozen=True)
class Package:
    """One npm package: where its files go, and how we know that they are the right ones."""

    folder: str
    name: str
    version: str
    sha512: str
    copyright: str


GOVUK = Package(
    folder="govuk-6.3.0",
    name="govuk-frontend",
    version="6.3.0",
    sha512="cXIQxm5PHCsbic47GXZrVBZhAeeshTLRL6ZBKilLsR6rMCjJuWb7Fruq0VUNMBJFlJk/srsRj/q8d5bM9cgKoA==",
    copyright="Copyright (C) 2017 Crown Copyright (Government Digital Service)",
)
MOJ = Package(
    folder="moj-11.1.0",
    name="@ministryofjustice/frontend",
    version="11.1.0",
    sha512="1bkUbm2M4DpcpX/pOmumQRBsbJco9W2RwmJv5h/ZC/ZqrAOn2/FjpF+A7vS0gs7oMXBizr9O5huDrSYbLx73Nw==",
    copyright="Copyright (c) 2019 Ministry of Justice",
)


def main() -> None:
    """Write both packages anew."""
    govuk, moj = fetch(GOVUK), fetch(MOJ)
    write(
        GOVUK,
        {
            "govuk-frontend.min.css": govuk_css(govuk["dist/govuk/govuk-frontend.min.css"]),
            "govuk-frontend.min.js": without_map(govuk["dist/govuk/govuk-frontend.min.js"]),
        },
    )
    write(MOJ, {"moj-frontend.min.css": moj_css(moj["moj/moj-frontend.min.css"])})


def fetch(package: Package) -> dict[str, str]:
    """The package's built CSS and JavaScript by path, once its digest has been checked."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--silent", f"{package.name}@{package.version}"]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
        (archive,) = Path(folder).glob("*.tgz")
        digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if digest != package.sha512:
            raise SystemExit(f"{package.name} {package.version} is not the package we checked.")
        with tarfile.open(archive) as files:
            return {
                member.name.removeprefix("package/"): read.read().decode()
                for member in files
                if member.name.endswith((".min.css", ".min.js"))
                and (read := files.extractfile(member)) is not None
            }


def write(package: Package, files: dict[str, str]) -> None:
    """Replace the package's folder with these files and its licence."""
    folder = VENDOR / package.folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    notice = LICENCE.format(copyright=package.copyright, name=package.name, version=package.version)
    for name, text in {**files, "LICENCE.txt": notice}.items():
        (folder / name).write_text(text, encoding="utf-8")


def govuk_css(css: str) -> str:
    """All of GOV.UK Frontend's CSS but what loads a font or the crest."""
    return "".join(rule for rule in rules(our_font(without_map(css))) if "/assets/" not in rule)


def moj_css(css: str) -> str:
    """MOJ Frontend's CSS for the components we use."""
    ours = re.compile(rf"\.moj-({'|'.join(MOJ_COMPONENTS)})(?![a-z])")
    return "".join(kept(our_font(without_map(css)), ours))


def kept(css: str, wanted: re.Pattern[str]) -> Iterator[str]:
    """The rules whose selector is wanted, also those inside @media and @supports."""
    for rule in rules(css):
        selector, _, body = rule.partition("{")
        if selector.startswith(("@media", "@supports")):
            inner = "".join(kept(body[:-1], wanted))
            if inner:
                yield f"{selector}{{{inner}}}"
        elif wanted.search(selector) and "/assets/" not in body:
            yield rule


def rules(css: str) -> Iterator[str]:
    """Minified CSS cut into its outermost rules."""
    depth = start = 0
    for brace in re.finditer(r"[{}]", css):
        depth += 1 if brace.group() == "{" else -1
        if depth == 0:
            yield css[start : brace.end()]
            start = brace.end()


def our_font(css: str) -> str:
    """The CSS with GDS Transport, which is licensed for gov.uk alone, replaced."""
    return re.sub(r'"?GDS Transport"?,arial,sans-serif', "Arial,helvetica,sans-serif", css)


def without_map(text: str) -> str:
    """The file without its pointer to a source map that we do not ship."""
    return re.sub(r"/\*# sourceMappingURL=\S+ \*/|//# sourceMappingURL=\S+", "", text).strip()


if __name__ == "__main__":
    main()
