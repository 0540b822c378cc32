"""`python -m ivr` is the command `ivr`; the parent process starts its worker this way."""

from ivr.cli import main

main()
