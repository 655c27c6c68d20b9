"""The groups of events and children that many indicators count, each written once and named as in the field.

All carry ``child`` and ``date``: the day of the event, or of the snapshot.
"""
