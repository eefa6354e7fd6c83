"""Django's forms (allauth's, for sign-in) as the fields and errors that our templates show."""

from __future__ import annotations

from django.forms import BaseForm, BoundField, CheckboxInput, PasswordInput
from django.utils.translation import gettext as _

from amur.web.fields import FieldView

_UNCHANGED = frozenset({"text", "email", "password", "tel", "url", "number"})


def fields_of(form: BaseForm) -> list[FieldView]:
    """Return the visible fields of a form."""
    return [_field(bound) for bound in form.visible_fields()]


def errors_of(form: BaseForm) -> list[tuple[str, str]]:
    """Return the errors of a form with the control that each is about; those of the whole form lead to the first."""
    visible = form.visible_fields()
    first = visible[0].auto_id if visible else "main"
    of_form = [(first, str(error)) for error in form.non_field_errors()]
    return of_form + [(bound.auto_id, str(error)) for bound in form for error in bound.errors]


def _field(bound: BoundField) -> FieldView:
    widget = bound.field.widget
    kind = str(getattr(widget, "input_type", "text"))
    is_secret = isinstance(widget, PasswordInput)
    value = "" if is_secret else str(bound.value() or "")
    return FieldView(
        name=bound.html_name,
        element=bound.auto_id,
        control="checkbox" if isinstance(widget, CheckboxInput) else "input",
        label=str(bound.label or bound.name),
        hint=_password_hint() if bound.name == "password1" else "",
        error=" ".join(str(error) for error in bound.errors),
        value=value,
        is_chosen=bool(bound.value()),
        is_required=bound.field.required or isinstance(widget, CheckboxInput),
        input_type=kind if kind in _UNCHANGED else "text",
        input_mode="numeric" if bound.name == "code" else "",
        autocomplete=str(widget.attrs.get("autocomplete", "")),
    )


def _password_hint() -> str:
    return _("At least 12 characters. A sentence that only you know is easier to keep than symbols.")
