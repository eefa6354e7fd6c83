"""Fees and fines: what is declared, demanded, paid, given back and let go. The cashier is outside."""
