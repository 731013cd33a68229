"""Runs the tap, or its doctor: `tap-businessnxt doctor`, also behind Meltano's own options."""

from __future__ import annotations

import sys

from .tap import TapBusinessNxt


def main() -> None:
    """Do what the command line says."""
    arguments = sys.argv[1:]
    if "doctor" in arguments:
        from .doctor import doctor  # noqa: PLC0415 - a run needs nothing of it

        arguments.remove("doctor")
        doctor(arguments, prog_name="tap-businessnxt doctor")
    TapBusinessNxt.cli()


if __name__ == "__main__":
    main()
