"""Operators' log lines. What must be proved goes to the ledger instead."""

import logging


def journal(name: str) -> logging.Logger:
    """Return the logger of a room.

    >>> journal("ledger").name
    'amur.ledger'
    """
    return logging.getLogger(f"amur.{name}")
