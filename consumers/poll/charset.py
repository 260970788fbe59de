"""Which characters the bytes of a document mean. In: body and Content-Type; out: text.

Order: byte order mark (or what a declaration looks like in an encoding with wide or foreign letters), then
Content-Type, then XML declaration, then UTF-8, then statistics. A label is only believed if the bytes agree.
"""

import re

import cchardet

from service.text.charsets import codec

SIGNATURES = (
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\x00<\x00", "utf-16-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x4c\x6f\xa7\x94", "cp037"),
)
"""First bytes that leave no doubt: longer ones first."""

NEVER = frozenset(("utf-7", "unicode-escape", "raw-unicode-escape", "punycode", "idna", "mbcs", "oem"))
"""Codecs of Python that are no character sets, or hide markup."""

_PARAMETER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_DECLARATION = re.compile(rb"^\s*<\?xml[^>]{0,200}?\bencoding\s*=\s*[\"']\s*([\w.:-]+)")
_LOSS_ALLOWED = 1 / 500
_SAMPLE = 65536


def decode(body: bytes, content_type: str) -> str:
    """The document without its byte order mark. Never fails: what means nothing becomes U+FFFD."""
    for signature, name in SIGNATURES:
        if body.startswith(signature):
            return body.decode(name, "replace").removeprefix("\ufeff")
    labels = _labels(body, content_type)
    for name in _believable(body, labels):
        try:
            return body.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    return _guessed(body, labels)


def _labels(body: bytes, content_type: str) -> list[str]:
    """What Content-Type and XML declaration say, as codec names, unknown ones left out."""
    said = [found[1] for found in (_PARAMETER.search(content_type),) if found]
    said += [found[1].decode("ascii", "replace") for found in (_DECLARATION.match(body[:1024]),) if found]
    return [name for name in map(_codec, said) if name]


def _codec(label: str) -> str:
    """Python's name of a character set, or "" for one that no document is in, or that shows in its first bytes."""
    name = codec(label)
    return "" if name in NEVER or name.startswith(("utf-16", "utf-32")) else name


def _believable(body: bytes, labels: list[str]) -> list[str]:
    """The labels in order. UTF-8 goes first where one was mistaken: bytes that happen to be UTF-8 are UTF-8,
    except escape sequences (ISO-2022) in plain ASCII."""
    if body.isascii():
        return [*labels, "utf-8"]
    return ["utf-8", *labels]


def _guessed(body: bytes, labels: list[str]) -> str:
    """No label fits every byte: a label that fits nearly all of them, or what statistics say."""
    for name in [*labels, "utf-8"]:
        text = body.decode(name, "replace")
        if text.count("\ufffd") <= len(text) * _LOSS_ALLOWED:
            return text
    found = _codec(cchardet.detect(body[:_SAMPLE]).get("encoding") or "") or "cp1252"
    return body.decode(found, "replace")
