"""Reminders: rungs of a ladder around the due date of a clock, each fired once, to the party or to a role."""
