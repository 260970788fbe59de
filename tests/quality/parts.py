"""Part a labelled file into what may be learnt from and what is kept for testing: one file in, two files out.

    python -m tests.quality.parts FILE --dev DEV --test TEST [--topics N]

By default a third of the labels is for learning: the first ones of the sorted labels after
`random.Random(1).shuffle`. With `--topics N`, the labels that begin with a number up to N, as in "12_ecb".
"""

import argparse
import json
import random
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.quality.labelled import lines


def for_learning(labels: Iterable[str], topics: int | None) -> set[str]:
    """Those labels whose documents may be learnt from."""
    different = sorted(set(labels))
    if topics is not None:
        return {label for label in different if (number := re.match(r"\d+", label)) and int(number[0]) <= topics}
    random.Random(1).shuffle(different)
    return set(different[: len(different) // 3])


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.quality.parts", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("file", type=Path)
    parser.add_argument("--label", default="story", help="the field with the group a document belongs to")
    parser.add_argument("--dev", type=Path, required=True)
    parser.add_argument("--test", type=Path, required=True)
    parser.add_argument("--topics", type=int, metavar="N")
    given = parser.parse_args(arguments)
    labelled = [(str(json.loads(line)[given.label]), line) for line in lines(given.file) if line.strip()]
    chosen = for_learning([label for label, _ in labelled], given.topics)
    for path, wanted in ((given.dev, True), (given.test, False)):
        path.write_text("".join(line for label, line in labelled if (label in chosen) == wanted), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
