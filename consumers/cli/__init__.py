"""The command line: `courant COMMAND`. Each command is a screen of code that calls what does the work.

Exit codes: 0 done, 1 something we depend on is down, 2 the command or the settings cannot be used.
"""

import sys

from consumers.cli.commands import assemble
from consumers.cli.output import complain
from service.errors import CourantError, Misconfigured, Refused


def main() -> None:
    """The script `courant`."""
    try:
        assemble(sys.argv[1:])()
    except (Refused, Misconfigured) as error:
        complain(str(error))
        sys.exit(2)
    except CourantError as error:
        complain(str(error))
        sys.exit(1)
