"""Who may act: accounts, persons, bodies, enterprises, roles and regions."""
