"""The first meeting with a shop: what works, what does not, and which key to change. It reads a few pages, no more."""

from __future__ import annotations

from .findings import Finding, Report
from .meeting import probe

__all__ = ["Finding", "Report", "probe"]
