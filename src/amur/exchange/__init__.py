"""Hand-over to and from other systems: what is told to them, what they tell us, and whether both hold the same.

Here: messages of cases and records that leave by an outbox and are answered by a receipt; files and calls that come in
and move a case, open one or write a record; the daily comparison of what both sides hold. Not here: where the other
side lives and what its keys are, which the installation says and no pack.
"""
