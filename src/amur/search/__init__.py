"""One index over what other rooms want to be found. They write into it; it never asks them."""
