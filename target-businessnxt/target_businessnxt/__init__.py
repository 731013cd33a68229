"""Singer target for Visma Business NXT: maps, links and upserts any stream."""
