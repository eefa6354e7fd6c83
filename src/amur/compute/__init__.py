"""One contract for work over batches, and who runs it: this machine, a stream, a cluster. No database, no clock."""
