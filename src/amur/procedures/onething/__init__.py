"""One thing: a party fills in one form, and several bodies each work on a case of their own for it."""
