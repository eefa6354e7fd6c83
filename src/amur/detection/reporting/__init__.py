"""What was found, summed up and written for people and for other systems."""
