"""What stops a run besides the company's own errors."""

from __future__ import annotations


class TapError(Exception):
    """Something a person can mend; the message names it and says how."""
