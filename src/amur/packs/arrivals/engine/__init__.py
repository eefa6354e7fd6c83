"""The year as plain values: who comes when, what is entered, which way a case takes; one seed, one year; pure."""
