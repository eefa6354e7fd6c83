"""Arrivals: how the cases of a procedure come over the demonstration's year, who files them, and how they go on."""
