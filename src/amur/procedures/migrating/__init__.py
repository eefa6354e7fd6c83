"""Running cases brought to another edition of their procedure: declared, tried over all of them first, reversible."""
