"""How much a test tries: what tells most of what there is to tell in the suite, and all that is promised with
`THOROUGH=1` set, which takes many times as long.
"""

import os

THOROUGH = bool(os.environ.get("THOROUGH"))


def times(usual: int, thorough: int) -> int:
    return thorough if THOROUGH else usual
