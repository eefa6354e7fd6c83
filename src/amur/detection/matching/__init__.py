"""Rules compiled, and batches of events matched against them: each distinct value once, each shape of an event once."""
