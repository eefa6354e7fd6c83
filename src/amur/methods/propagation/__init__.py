"""How much of a radio signal is lost on its way: models that somebody published, over batches of paths."""
