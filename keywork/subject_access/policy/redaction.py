"""Taking words out of a text, and nothing else."""

import re
from typing import Final

REMOVED: Final = "[words removed]"

_TOKEN: Final = re.compile(r"\s+|\w+|[^\w\s]")


def take_out(original: str, edited: str) -> str:
    """The original with a mark wherever the edited text leaves words out.

    ValueError if the edited text says anything that the original does not, or in another order:
    what is sent must be what is held.
    """
    kept = [token for token in _TOKEN.findall(edited.replace(REMOVED, " ")) if not token.isspace()]
    result: list[str] = []
    gap, space = False, ""
    wanted = iter([*kept, None])
    following = next(wanted)
    for token in _TOKEN.findall(original):
        if token.isspace():
            space = token
        elif token == following:
            result += [_mark(result), space] if gap else [space]
            result.append(token)
            following, gap, space = next(wanted), False, ""
        else:
            gap, space = True, ""
    if following is not None:
        raise ValueError("You can only take words out. Put the other words back as they were")
    if gap:
        result.append(_mark(result))
    return "".join(result).strip()


def _mark(before: list[str]) -> str:
    return f" {REMOVED}" if before else REMOVED
