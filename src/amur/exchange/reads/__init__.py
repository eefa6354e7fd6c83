"""What went to and fro and how it stands, for whoever looks after an exchange or has a case in it."""
