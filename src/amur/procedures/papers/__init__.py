"""What leaves the authority on paper or comes in on it: letters, their service, blank and filled forms."""
