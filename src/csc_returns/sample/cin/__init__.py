"""Invented returns of the children in need census."""
