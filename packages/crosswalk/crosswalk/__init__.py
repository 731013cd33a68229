"""Translates records, remembers links and decides merges between a webshop and Business NXT."""
