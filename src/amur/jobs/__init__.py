"""What must happen after an act, or at a later time: queued in the transaction of the act, done exactly once."""
