"""`python -m consumers.cli` is `courant`."""

from consumers.cli import main

main()
