"""Names of character sets: a label in, Python's name of what is meant by it out.

The labels that mean a larger encoding than they name are those of the WHATWG Encoding Standard.
"""

import codecs

WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
"""What is meant by those who write the name on the left."""


def codec(label: str) -> str:
    """The codec of a character set by any of its names; "" for a name that is none, or of one that gives no text."""
    try:
        name = codecs.lookup(label.strip()).name
        b" ".decode(name)  # of nothing, every codec makes text
    except (LookupError, ValueError, TypeError):
        return ""
    return WIDER.get(name, name)
