"""Registers: authoritative lists with history. A record changes only by an entry that names its reason and source."""
