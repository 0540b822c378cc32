"""Run Ivory from a checkout: `python cli.py demo`. The command `ivr` is the same thing, installed."""

from ivr.cli import main

if __name__ == "__main__":
    main()
