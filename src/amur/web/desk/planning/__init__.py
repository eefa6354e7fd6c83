"""The planning workbench: studies of where coverage is and where to build, asked, watched, read and compared."""
