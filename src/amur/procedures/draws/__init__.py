"""Draws that anyone can verify: committed to in the ledger first, drawn from a later head of it, once."""
