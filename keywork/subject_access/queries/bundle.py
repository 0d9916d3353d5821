"""What is sent: the same data for the JSON file and the PDF, and nothing of what is left out."""

import io
import json
from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from keywork.families.policy import long_day
from keywork.kernel import paper
from keywork.kernel.clock import LONDON
from keywork.kernel.file_kinds import DOCUMENTS
from keywork.kernel.money import format_pence
from keywork.subject_access.queries.fields import day, flag, moment
from keywork.subject_access.queries.items import Gathered, Item, Said
from keywork.subject_access.queries.requests import RequestView
from keywork.subject_access.reference import cover as words_of_cover

SCHEMA: Final = "keywork/subject-access/1"

_AS_THEY_ARE: Final[tuple[Callable[..., str], ...]] = (str, day, moment, flag, format_pence)
"""Values that the JSON file has as they are held; of others it has the words."""

_ENDINGS: Final = {kind.media_type: kind.endings[0] for kind in DOCUMENTS}


def contents(request: RequestView, gathered: Gathered, made_at: datetime) -> dict[str, Any]:
    """Everything that is sent, but the documents' files: see docs/subject-access.md."""
    items = gathered.sent
    names = file_names(items)
    made_on = made_at.astimezone(LONDON).date()
    return {
        "schema": SCHEMA,
        "reference": request.reference,
        "made_on": made_on.isoformat(),
        "received_on": request.row.received_on.isoformat(),
        "about": request.row.about,
        "asked_for": request.row.wanted or "everything",
        "cover": _cover(items, made_on),
        "items": [_item(item, names.get(item.key)) for item in items],
        "opened": [
            {
                "record": read.record,
                "date": read.seen_on.isoformat(),
                "role": read.role_name,
                "times": read.times,
            }
            for read in gathered.reads
        ],
    }


def _cover(items: Iterable[Item], made_on: date) -> dict[str, Any]:
    """What the law has us say with it. It knows only of what is sent."""
    items = list(items)
    shared = [i for i in items if i.source.key == "disclosure" and i.row.facts["shared"]]
    recipients = [
        {"organisation": sent["organisation"], "date": item.row.facts["happened_on"]}
        for item in shared
        if "organisation" in (sent := {said.field.key: said.sent for said in item.said})
    ]
    return {
        "held": list(dict.fromkeys(item.source.held for item in items)),
        "recipients": recipients,
        **words_of_cover(made_on),
    }


def _item(item: Item, file: str | None) -> dict[str, Any]:
    return {
        "kind": item.source.key,
        "title": item.title,
        "record": item.record or None,
        "date": item.row.at.astimezone(LONDON).date().isoformat(),
        "values": {said.field.key: _value(said) for said in item.said},
        "words": [{"label": said.field.label, "text": said.sent} for said in item.said],
        "file": file,
    }


def _value(said: Said) -> Any:
    changed = said.sent != said.words
    return said.value if said.field.words in _AS_THEY_ARE and not changed else said.sent


def file_names(items: Iterable[Item]) -> dict[UUID, str]:
    """Where in the bundle each document is, by the key of its item: named for its title."""
    names: dict[UUID, str] = {}
    for item in items:
        if item.source.key == "document":
            title = next((said.sent for said in item.said if said.field.key == "title"), "")
            letters = (c if c.isalnum() or c in " -_," else "-" for c in title)
            stem = "".join(letters).strip(" -")[:80] or "document"
            ending = _ENDINGS.get(item.row.facts["media_type"], "bin")
            names[item.key] = _free(f"{stem}.{ending}", set(names.values()))
    return names


def _free(name: str, taken: set[str]) -> str:
    path, number = PurePosixPath("documents") / name, 1
    while str(path).casefold() in {other.casefold() for other in taken}:
        number += 1
        path = path.with_name(f"{PurePosixPath(name).stem} ({number}){path.suffix}")
    return str(path)


def as_json(said: dict[str, Any]) -> bytes:
    """The JSON file: without the words, which are the PDF's."""
    items = [{k: v for k, v in item.items() if k != "words"} for item in said["items"]]
    return json.dumps(said | {"items": items}, ensure_ascii=False, indent=1).encode()


def as_pdf(said: dict[str, Any], made_at: datetime) -> bytes:
    """The PDF: the same, with dates in words."""
    cover = said["cover"] | {"recipients": _dated(said["cover"]["recipients"])}
    shown = {key: _in_words(said[key]) for key in ("made_on", "received_on")}
    lists = {key: _dated(said[key]) for key in ("items", "opened")}
    page = {
        "title": f"What we hold about {said['about']}",
        "person": said["about"],
        "made_by": "The information officer",
        "cover": cover,
    }
    return paper.render("subject_access", said | shown | lists | page, made_at=made_at)


def _dated(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row | {"date": _in_words(row["date"])} for row in rows]


def _in_words(day_: str) -> str:
    return long_day(date.fromisoformat(day_))


def write_zip(
    file: IO[bytes],
    said: dict[str, Any],
    documents: Iterable[tuple[str, Path]],
    made_at: datetime,
) -> None:
    """Write the bundle: the same bytes for the same contents and time."""
    with ZipFile(file, "w", ZIP_DEFLATED) as bundle:
        _add(bundle, "subject-access.pdf", io.BytesIO(as_pdf(said, made_at)), made_at)
        _add(bundle, "subject-access.json", io.BytesIO(as_json(said)), made_at)
        for name, path in documents:
            with path.open("rb") as content:
                _add(bundle, name, content, made_at)


def _add(bundle: ZipFile, name: str, content: IO[bytes], made_at: datetime) -> None:
    info = ZipInfo(name, made_at.astimezone(LONDON).timetuple()[:6])
    info.compress_type, info.external_attr = ZIP_DEFLATED, 0o600 << 16
    with bundle.open(info, "w") as place:
        while chunk := content.read(1 << 20):
            place.write(chunk)
