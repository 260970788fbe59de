"""python -m tests.quality.fuzz_queries [--inputs N] [--seed N]: texts made by chance, read as queries.

Each must give a tree, or `QuerySyntax` and nothing else. Prints how many gave what; ends with an error otherwise.
"""

import argparse
from collections import Counter
from random import Random

from service.errors import QuerySyntax
from service.query import parse

PIECES = (
    *"()\"\"=*:~,/-'+<>{}[]\\^|!& \n\t\u00a0\u200d½㌀ŉßİ京한ﷺ", " ", " ", " AND ", " OR ", " NOT ", " NEAR/2 ",
    "ONEAR/51",
    "title:", "lang:", "country:by", "source:", "person:", "first/5:", "atleast/2:", "min/2:(", "~3", "sources>=2",
    "state_only", "growth>=1/h", "minsk", "Беларусь", "北京大学", "d’Ukraine", '"prisoner release"', "elect*", "=NATO",
)  # fmt: skip


def a_text(random: Random) -> str:
    found = "".join(random.choice(PIECES) for _ in range(random.randint(0, 14)))
    return found if random.random() < 0.8 else found + chr(random.randrange(0x20, 0xD800))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    random, told = Random(given.seed), Counter[str]()
    for _ in range(given.inputs):
        text = a_text(random)
        try:
            parse(text)
            told["read"] += 1
        except QuerySyntax:
            told["refused"] += 1
        except Exception as error:
            raise SystemExit(f"{text!r} gave {error!r}") from error
    print(dict(told))


if __name__ == "__main__":
    main()
