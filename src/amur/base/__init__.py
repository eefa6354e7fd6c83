"""The ground floor: pure values that every room may use. No Django, clock, file or network."""
