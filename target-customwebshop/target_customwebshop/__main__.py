"""Runs the target by ``python -m target_customwebshop``."""

from __future__ import annotations

from target_customwebshop.target import TargetCustomWebshop

if __name__ == "__main__":
    TargetCustomWebshop.cli()
