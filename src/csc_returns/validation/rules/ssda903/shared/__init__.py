"""Concepts that several rules of the SSDA903 share: care, episodes in order, birthdays, UASC, places and providers."""
