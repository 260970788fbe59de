"""The bytes of a page in, its tree out, whatever they are.

Characters: a byte order mark, UTF-8 where the bytes are UTF-8, what HTTP or the page itself says, statistics.
"""

import re

import cchardet
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from service.text.charsets import codec

_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_CHARACTER_SETS = ("utf-8", "gb18030", "cp932", "cp949", "big5hkscs", "euc_jp", "koi8-r", "koi8-u")
_SINGLE_BYTE = ("cp1", "cp8", "iso8859-", "mac-cyrillic")
_LABEL = re.compile(rb"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_HEAD_BYTES = 4096
_SAMPLE = 65_536
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_DOCTYPE = re.compile(r"\A\s*<!doctype[^>]*>", re.IGNORECASE)
_CLOSED_AT_ONCE = re.compile(r"\A([^<]*(?:<\?[^>]*>[^<]*)?<html[^>]*)/>", re.IGNORECASE)


def tree_of(body: bytes, content_type: str = "") -> HtmlElement | None:
    """The page's root, at most as deep as libxml2 goes without being asked; None where there is no markup.

    Nothing is fetched, and no entity of the page's own making is resolved.
    """
    text = _CLOSED_AT_ONCE.sub(r"\1>", _DOCTYPE.sub("", _UNFIT.sub("", decoded(body, content_type)), count=1))
    if "<" not in text:
        return None
    parser = HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, collect_ids=False, remove_comments=True, remove_pis=True
    )
    try:
        return document_fromstring(text.encode(), parser=parser)
    except (ValueError, SyntaxError):  # lxml's own errors are kinds of SyntaxError
        return None


def decoded(body: bytes, content_type: str = "") -> str:
    """The page's characters. Never fails: what means nothing becomes U+FFFD."""
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    for name in ("utf-8", *_labels(body, content_type)):
        try:
            return body.decode(name)
        except UnicodeDecodeError:
            continue
    guessed = _codec(cchardet.detect(body[:_SAMPLE]).get("encoding") or "")
    return body.decode(next(iter([*_labels(body, content_type), guessed]), "") or "cp1252", "replace")


def _labels(body: bytes, content_type: str) -> list[str]:
    said = [_LABEL.search(content_type.encode("ascii", "replace")), _LABEL.search(body[:_HEAD_BYTES])]
    return [name for found in said if found and (name := _codec(found[1].decode("ascii")))]


def _codec(label: str) -> str:
    """Python's name of a character set, or "" for what is none a page may have."""
    name = codec(label)
    return name if name in _CHARACTER_SETS or name.startswith(_SINGLE_BYTE) else ""
