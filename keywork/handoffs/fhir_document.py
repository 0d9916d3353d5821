"""A file as a FHIR R4 message Bundle, or a complaint that names the place in it."""

import json
from collections.abc import Iterator
from typing import Any, Final

from fhir.resources.R4B import get_fhir_model_class
from fhir.resources.R4B.bundle import Bundle
from pydantic import ValidationError

MOST_BYTES: Final = 2 * 1024 * 1024
_STUMBLES: Final = (AttributeError, KeyError, TypeError, IndexError)
"""What the library raises where a value is of a kind it did not think of."""


class MessageProblem(Exception):
    """Why a message cannot be taken in, led by the path of the place in the document."""

    def __init__(self, path: str, sentence: str) -> None:
        super().__init__(f"{path}: {sentence}" if path else sentence)


def read_bundle(raw: bytes) -> Any:
    """The message Bundle in the bytes of a file. Raises MessageProblem."""
    return _bundle(_document(raw))


def _document(raw: bytes) -> dict[str, Any]:
    if len(raw) > MOST_BYTES:
        raise MessageProblem("", f"The file is larger than {MOST_BYTES // 1024 // 1024} MB")
    try:
        document = json.loads(raw.decode("utf-8-sig"), parse_constant=_no_number)
    except UnicodeDecodeError:
        raise MessageProblem("", "The file is not text in UTF-8") from None
    except RecursionError:
        raise MessageProblem("", "The file is nested too deeply") from None
    except ValueError as problem:
        raise MessageProblem("", f"The file is not JSON: {problem}") from None
    if not isinstance(document, dict) or document.get("resourceType") != "Bundle":
        raise MessageProblem("resourceType", "must be Bundle")
    for path, value in _walk(document, ""):
        _check_value(path, value)
    return document


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is not a number")


def _walk(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every value in the document with its path, the document's own keys as well as its leaves."""
    pending = [(path, value)]
    while pending:
        path, value = pending.pop()
        yield path, value
        if isinstance(value, dict):
            pending += [(_below(path, key), item) for key, item in value.items()]
        elif isinstance(value, list):
            pending += [(_below(path, index), item) for index, item in enumerate(value)]


def _check_value(path: str, value: Any) -> None:
    """Refuse what the FHIR library or the database would stumble over."""
    if isinstance(value, str) and ("\x00" in value or not _encodes(value)):
        raise MessageProblem(path, "holds a character that cannot be stored")
    if path.endswith("resourceType") and not _is_resource_type(value):
        raise MessageProblem(path, "is not a FHIR resource type")
    if path.endswith(".resource") and not (isinstance(value, dict) and "resourceType" in value):
        raise MessageProblem(path, "must be a resource with its resourceType")


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_resource_type(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(get_fhir_model_class(value))
    except ValueError:
        return False


def _bundle(document: dict[str, Any]) -> Any:
    try:
        bundle = Bundle.model_validate(document)
    except _STUMBLES:
        raise MessageProblem(_stumbling_block(document), "cannot be read as FHIR") from None
    except RecursionError:
        raise MessageProblem("", "The file is nested too deeply") from None
    except ValidationError as problem:
        first = problem.errors(include_input=False, include_url=False)[0]
        path = ""
        for part in first["loc"]:
            path = _below(path, part)
        raise MessageProblem(path, _plainly(first["type"], first["msg"])) from None
    if bundle.type != "message":
        raise MessageProblem("type", "must be message")
    return bundle


def _plainly(kind: str, said: str) -> str:
    if kind.endswith("missing"):
        return "is missing"
    if "regex" in said or "pattern" in said:
        return "is not written the way FHIR asks"
    return said.removeprefix("Value error, ")


def _stumbling_block(document: dict[str, Any]) -> str:
    """The path of what the library stumbles over: without it, it does not."""
    at: Any = document
    path = ""
    while isinstance(at, dict | list):
        found = next((key for key in _keys(at) if not _stumbles_without(document, at, key)), None)
        if found is None:
            break
        at, path = at[found], _below(path, found)
    return path


def _keys(value: dict[str, Any] | list[Any]) -> list[Any]:
    if isinstance(value, list):
        return list(range(len(value)))
    return [key for key in value if key != "resourceType"]


def _stumbles_without(document: dict[str, Any], at: Any, key: Any) -> bool:
    kept = at.pop(key)
    try:
        Bundle.model_validate(document)
    except _STUMBLES:
        return True
    except ValidationError:
        return False
    finally:
        at.insert(key, kept) if isinstance(at, list) else at.update({key: kept})
    return False


def _below(path: str, key: str | int) -> str:
    if isinstance(key, int):
        return f"{path}[{key}]"
    return f"{path}.{key}" if path else key
