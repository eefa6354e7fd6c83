"""How a declared field is asked and answered on a page: what a template shows and what comes back from the browser.

Parsing and display are ``base.fields``; here is only the HTML side, the same for every door.
"""

from amur.web.fields.controls import view_of
from amur.web.fields.labels import part_named
from amur.web.fields.sent import raw_from, reshaped, takes_files
from amur.web.fields.shown import NOTHING, Shown, value_shown
from amur.web.fields.views import DatePart, FieldView, GroupItem, Option, OptionGroup, Received, SummaryRow

__all__ = [
    "NOTHING",
    "DatePart",
    "FieldView",
    "GroupItem",
    "Option",
    "OptionGroup",
    "Received",
    "Shown",
    "SummaryRow",
    "part_named",
    "raw_from",
    "reshaped",
    "takes_files",
    "value_shown",
    "view_of",
]
