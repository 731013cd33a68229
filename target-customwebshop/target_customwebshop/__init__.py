"""Singer target for bespoke webshops: the way back from the ERP."""

from __future__ import annotations

from importlib.metadata import version

__version__ = version("target-customwebshop")
