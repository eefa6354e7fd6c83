"""Deciding on a promise: the party promises what it would otherwise prove, and it is verified afterwards."""
