"""An office's mistake put right without deleting it: struck, readable, and superseded by what is right."""
