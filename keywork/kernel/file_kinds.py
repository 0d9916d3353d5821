"""What an uploaded file is, by its content; its name must not say something else.

Nothing is unpacked: of a zip, which an office file is, only the list of its parts is read.
"""

import re
import struct
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from io import BytesIO
from typing import Final
from zipfile import BadZipFile, ZipFile, ZipInfo

from keywork.kernel.errors import Refusal

MB: Final = 1024 * 1024
MOST_PARTS: Final = 5_000
MOST_UNPACKED: Final = 300 * MB
MOST_RATIO: Final = 200
RATIO_FROM: Final = 10 * MB
"""How large a part must say it is before its ratio to what is stored counts."""

UNREADABLE: Final = (BadZipFile, OSError, ValueError, RuntimeError, EOFError, zlib.error)
"""What reading a zip raises that is none, is broken or is locked; NotImplementedError is one."""


@dataclass(frozen=True)
class Kind:
    """A kind of file that we take."""

    media_type: str
    name: str
    """For a sentence: `PDF`, `Word document`."""

    endings: tuple[str, ...]
    """What its name may end in, the usual one first."""


PDF: Final = Kind("application/pdf", "PDF", ("pdf",))
JPEG: Final = Kind("image/jpeg", "JPEG photo", ("jpg", "jpeg", "jpe"))
PNG: Final = Kind("image/png", "PNG picture", ("png",))
HEIC: Final = Kind("image/heic", "HEIC photo", ("heic", "heif"))
_OPEN_XML: Final = "application/vnd.openxmlformats-officedocument"
WORD: Final = Kind(f"{_OPEN_XML}.wordprocessingml.document", "Word document", ("docx",))
EXCEL: Final = Kind(f"{_OPEN_XML}.spreadsheetml.sheet", "Excel workbook", ("xlsx",))
POWERPOINT: Final = Kind(
    f"{_OPEN_XML}.presentationml.presentation", "PowerPoint presentation", ("pptx",)
)
ODT: Final = Kind("application/vnd.oasis.opendocument.text", "LibreOffice (ODT) document", ("odt",))
TEXT: Final = Kind("text/plain", "text file", ("txt",))

PHOTOS: Final = (PDF, JPEG, PNG, HEIC)
DOCUMENTS: Final = (*PHOTOS, WORD, EXCEL, POWERPOINT, ODT, TEXT)

_MAIN_PARTS: Final = {
    "word/document.xml": WORD,
    "xl/workbook.xml": EXCEL,
    "ppt/presentation.xml": POWERPOINT,
}
_TYPES: Final = "[Content_Types].xml"
_CONTROL: Final = re.compile(r"[^\t\n\r\f\x20-\x7e\x85\xa0-\U0010ffff]")


def kind_of(name: str, content: bytes, allowed: Collection[Kind]) -> Kind:
    """What a file is. Raises Refusal, for the field `file`, unless it is of a kind `allowed`, is
    what its name says, and is harmless as far as can be told without unpacking it."""
    kind = recognise(content)
    ending = _ending(name)
    claimed = next((known for known in DOCUMENTS if ending in known.endings), None)
    if claimed and claimed in allowed and kind is not claimed:
        article = "an" if claimed.name[0] in "AEIO" else "a"
        raise Refusal(f"The file is called .{ending} but is not {article} {claimed.name}", "file")
    if kind is None or kind not in allowed or (ending and claimed is not kind):
        *names, last = (known.name for known in allowed)
        raise Refusal(f"The file must be a {', '.join(names)} or {last}", "file")
    return kind


def recognise(content: bytes) -> Kind | None:
    """What a file is by its content; None when it is nothing that we take.

    Raises Refusal for an office file with macros, and for one that would unpack to too much.
    """
    if content.startswith(b"%PDF-"):
        return PDF
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content[4:8] == b"ftyp" and content[8:12] in {b"heic", b"heix", b"mif1", b"msf1"}:
        return HEIC
    if content.startswith(b"PK\x03\x04"):
        return _office_file(content)
    return TEXT if _is_text(content) else None


def _ending(name: str) -> str:
    """What the name ends in, if it ends in something like `.pdf`; a date is not."""
    found = re.search(r"\.([a-z][a-z0-9]{1,5})$", name.strip().lower())
    return found[1] if found else ""


def _office_file(content: bytes) -> Kind | None:
    """What an office file is. The parts are counted before their list is read, for it may be long
    enough to fill the memory."""
    if content.count(b"PK\x01\x02") > MOST_PARTS:
        raise _too_much()
    try:
        with ZipFile(BytesIO(content)) as parts:
            infos = parts.infolist()
            _refuse_bomb(infos)
            names = {info.filename for info in infos}
            types = _content_types(parts) if _TYPES in names else b""
    except (*UNREADABLE, struct.error):
        return None
    _refuse_macros(names, types)
    mimetype = ODT.media_type.encode()
    if content[30:38] == b"mimetype" and content[38:].startswith(mimetype + b"PK"):
        return ODT
    return next((kind for part, kind in _MAIN_PARTS.items() if types and part in names), None)


def _content_types(parts: ZipFile) -> bytes:
    """What an Office file says that its parts are, in lower case; UTF-16 as well as UTF-8."""
    with parts.open(_TYPES) as part:
        return part.read(MB).replace(b"\x00", b"").lower()


def _refuse_bomb(infos: Collection[ZipInfo]) -> None:
    stretched = any(
        info.file_size > RATIO_FROM and info.file_size > MOST_RATIO * info.compress_size
        for info in infos
    )
    if stretched or sum(info.file_size for info in infos) > MOST_UNPACKED:
        raise _too_much()


def _refuse_macros(names: Collection[str], types: bytes) -> None:
    programs = ("vbaproject.bin", "macrosheets/", "basic/", "scripts/")
    named = any(part in name.lower() for name in names for part in programs)
    if named or b"vbaproject" in types or b"macroenabled" in types:
        raise Refusal("The file contains macros. Save it without them, or as a PDF", "file")


def _too_much() -> Refusal:
    return Refusal("The file unpacks to far more than a document. Save it as a PDF", "file")


def _is_text(content: bytes) -> bool:
    try:
        return bool(content) and not _CONTROL.search(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return False
