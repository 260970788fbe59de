"""The grammar file in, EBNF for readers out: without the names of tree nodes, priorities and what is for the parser.

python -m tests.docs.ebnf
"""

import re
from pathlib import Path

GRAMMAR = Path(__file__).parents[2] / "service" / "query" / "grammar.lark"
_ALIAS = re.compile(r"\s*->\s*\w+")
_RULE = re.compile(r"^\??(\w+)(?:\.\d+)?\s*:\s*", re.MULTILINE)


def ebnf(grammar: str) -> str:
    """One line for each rule and each alternative."""
    lines = [_ALIAS.sub("", line).rstrip() for line in grammar.splitlines()]
    kept = "\n".join(line for line in lines if line and not line.startswith(("//", "%")))
    ruled = _RULE.sub(lambda found: f"{found[1]:<9}= ", kept)
    return re.sub(r"^ +\|", " " * 9 + "|", ruled, flags=re.MULTILINE)


if __name__ == "__main__":
    print(ebnf(GRAMMAR.read_text("utf-8")))
