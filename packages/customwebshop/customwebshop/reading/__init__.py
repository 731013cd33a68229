"""Reads shops of any kind by what settings and presets tell of them; knows nothing of Singer."""
