"""What leaves the authority on paper, or comes in on it: letters, their service on the party, blank and filled forms."""
