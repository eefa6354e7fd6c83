"""Procedures: someone must do something by a date. Forms, cases, clocks, decisions, notices."""
