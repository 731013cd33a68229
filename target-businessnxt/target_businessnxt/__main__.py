"""Runs the target as `python -m target_businessnxt`."""

from __future__ import annotations

from target_businessnxt.target import TargetBusinessNxt

TargetBusinessNxt.cli()
