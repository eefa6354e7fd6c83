"""Public consultation: anybody comments on what is planned, and the authority says what it took up and why not."""
