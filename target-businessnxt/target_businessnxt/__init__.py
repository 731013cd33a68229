"""Singer target for Visma Business NXT: maps, links and upserts any stream."""

from __future__ import annotations

from importlib.metadata import version

__version__ = version("target-businessnxt")
