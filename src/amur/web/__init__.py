"""Pages and HTTP: the frame, and the four doors portal, desk, board and open. No rules here: the rooms below decide."""
