"""Runs the command line as `python -m crosswalk`."""

from __future__ import annotations

from crosswalk.cli import main

main()
