"""Makes what is told short enough. In goes a payload, out comes one that takes at most so many bytes as JSON.

Its shape stays: only texts and lists are cut, the longest first, and `truncated` says so.
"""

from typing import Any

import msgspec

LEAST_TEXT = 16
LEAST_LIST = 1


def fitted(payload: dict[str, Any], most_bytes: int) -> dict[str, Any]:
    """The payload itself if it fits. Raises `ValueError` if its shape alone takes more."""
    cut, longest = payload, _longest(payload)
    while len(msgspec.json.encode(cut)) > most_bytes:
        if longest <= LEAST_TEXT:
            raise ValueError(f"a payload that cannot be made to fit into {most_bytes} bytes")
        longest //= 2
        cut = _cut(payload, longest) | {"truncated": True}
    return cut


def _longest(value: Any) -> int:
    if isinstance(value, dict):
        return max(map(_longest, value.values()), default=0)
    if isinstance(value, list | tuple):
        return max(len(value) * LEAST_TEXT, *map(_longest, value), 0)
    return len(value) if isinstance(value, str) else 0


def _cut(value: Any, longest: int) -> Any:
    """Texts of at most so many characters, and lists of a sixteenth as many members: a member costs more."""
    if isinstance(value, dict):
        return {name: _cut(each, longest) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_cut(each, longest) for each in value[: max(LEAST_LIST, longest // LEAST_TEXT)]]
    if isinstance(value, str) and len(value) > longest:
        return value[: longest - 1] + "…"
    return value
