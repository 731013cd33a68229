"""What the sandbox holds at first: a Norwegian shop, and the company that already knows some of its customers."""

from __future__ import annotations

from sandbox.seed.bulk import bulk
from sandbox.seed.overlap import company_overlap
from sandbox.seed.shop import shop

__all__ = ["bulk", "company_overlap", "shop"]
