"""Writes the OpenAPI document, which is kept in `docs/openapi.json`.

python -m service.api.openapi > docs/openapi.json
"""

import json
import sys

from service.api import document


def main() -> None:
    sys.stdout.write(json.dumps(document(), indent=2, ensure_ascii=False, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
