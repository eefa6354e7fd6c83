"""Why a case is late, as the office that works on it says: a cause from the list of the pack, the newest one counts."""
