"""The item of a government's catalogue that a procedure carries out: what is derived of it, and whether it is open."""
