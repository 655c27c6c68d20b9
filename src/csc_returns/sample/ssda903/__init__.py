"""Invented returns of children looked after (SSDA903)."""
