"""docs/settings.md from the settings themselves: `python -m tests.docs.settings_page > docs/settings.md`."""

import json
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from service.settings import FILE_VARIABLE, PREFIX, Settings

HEAD = f"""# Settings

<!-- Written by `python -m tests.docs.settings_page > docs/settings.md`; a test compares it with the code. -->

Every setting has a default; a laptop needs none of them. They are read once, when a process starts: from the
environment (`{PREFIX}DEDUPE__SIMILARITY=0.6`) or from `courant.toml` in the working directory, or wherever
`{FILE_VARIABLE}` points:

```toml
[dedupe]
similarity = 0.6
```

The environment wins over the file. A name that is not on this page, or a value that cannot be, is refused:
the process says which one and exits with 2. Lists are written as JSON in the environment
(`{PREFIX}EGRESS__ALLOW_PORTS=[80,443]`).
"""


def page() -> str:
    fields = Settings.model_fields
    sections = {name: field.annotation for name, field in fields.items() if _is_section(field)}
    parts = [HEAD, "## Top level\n", *_table(PREFIX, {k: v for k, v in fields.items() if k not in sections})]
    for name, section in sections.items():
        parts += [f"\n## `[{name}]`\n", *_table(f"{PREFIX}{name.upper()}__", section.model_fields)]
    return "\n".join(parts) + "\n"


def _is_section(field: FieldInfo) -> bool:
    return isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)


def _table(prefix: str, fields: dict[str, FieldInfo]) -> Iterator[str]:
    yield "| variable | default | meaning |"
    yield "|---|---|---|"
    for name, field in fields.items():
        meaning = " ".join((field.description or "").replace("|", "\\|").split())
        yield f"| `{prefix}{name.upper()}` | {_default(field)} | {meaning} |"


def _default(field: FieldInfo) -> str:
    value = str(field.default) if isinstance(field.default, Path) else field.default
    return f"`{json.dumps(value)}`" if value != "" else "empty"


if __name__ == "__main__":
    print(page(), end="")
