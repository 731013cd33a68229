"""Singer tap for Visma Business NXT."""
