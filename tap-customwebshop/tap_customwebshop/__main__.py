"""Runs the tap by ``python -m tap_customwebshop``."""

from __future__ import annotations

from .tap import TapCustomWebshop

TapCustomWebshop.cli()
