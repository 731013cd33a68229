"""Runs the tap, or its probe: `tap-customwebshop probe`, also behind Meltano's own options."""

from __future__ import annotations

import sys

from .tap import TapCustomWebshop


def main() -> None:
    """Do what the command line says."""
    arguments = sys.argv[1:]
    if "probe" in arguments:
        from .probe import command  # noqa: PLC0415 - a run needs nothing of it

        arguments.remove("probe")
        command(arguments, prog_name="tap-customwebshop probe")
    TapCustomWebshop.cli()


if __name__ == "__main__":
    main()
