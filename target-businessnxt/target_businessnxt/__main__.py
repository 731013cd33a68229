"""Runs the target, or its doctor: `target-businessnxt doctor`, also behind Meltano's own options."""

from __future__ import annotations

import sys

from target_businessnxt.target import TargetBusinessNxt


def main() -> None:
    """Do what the command line says."""
    arguments = sys.argv[1:]
    if "doctor" in arguments:
        from target_businessnxt.doctor import doctor  # noqa: PLC0415 - a run needs nothing of it

        arguments.remove("doctor")
        doctor(arguments, prog_name="target-businessnxt doctor")
    TargetBusinessNxt.cli()


if __name__ == "__main__":
    main()
