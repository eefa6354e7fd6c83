"""Files of rows: read one row at a time, from CSV or XLSX, whatever a spreadsheet program made of them.

Here a file becomes rows of texts, or a fault that says where and what to do. Which column is which field, and whether a
value fits it, is not known here; nothing here knows a database.
"""

from amur.registers.sheets.faults import SheetFault
from amur.registers.sheets.reading import Row, read
from amur.registers.sheets.writing import guarded, unguarded, write_csv

__all__ = ["Row", "SheetFault", "guarded", "read", "unguarded", "write_csv"]
