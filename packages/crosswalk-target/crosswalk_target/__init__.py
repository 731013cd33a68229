"""What Singer targets have in common that carry records over by mapping files and a link store."""

from __future__ import annotations

from crosswalk_target.settings import carrying
from crosswalk_target.sinks import RecordSink
from crosswalk_target.target import CrosswalkTarget

__all__ = ["CrosswalkTarget", "RecordSink", "carrying"]
