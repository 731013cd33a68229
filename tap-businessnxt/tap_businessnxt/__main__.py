"""Runs the tap by ``python -m tap_businessnxt``."""

from __future__ import annotations

from .tap import TapBusinessNxt

TapBusinessNxt.cli()
