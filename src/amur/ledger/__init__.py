"""Every act, chained and sealed: entries, the Merkle log, signed checkpoints, proofs and time stamps.

What an act means belongs to the room that performs it; the ledger knows actors and subjects as plain values only.
"""
