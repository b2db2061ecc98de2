"""The theme's classes as the type checker may see them: unfold carries no types, Django's stubs do."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from django import forms

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin, SimpleListFilter
    from django.contrib.admin.views.main import ChangeList
    from django.forms import CheckboxInput, Select, Textarea, TextInput

    DropdownFilter = SimpleListFilter
    ModelChoiceField = forms.ModelChoiceField
    ModelMultipleChoiceField = forms.ModelMultipleChoiceField
    CHECKBOX_CLASSES: list[str]
    _Method = TypeVar("_Method", bound=Callable[..., Any])

    def display(
        *, description: str, ordering: str | None = None, label: Mapping[str, str] | None = None
    ) -> Callable[[_Method], _Method]:
        """Say how a column of a list is shown; `label` gives each text its colour."""
else:
    from unfold.admin import ModelAdmin as _ModelAdmin
    from unfold.contrib.filters.admin import DropdownFilter
    from unfold.decorators import display
    from unfold.views import ChangeList
    from unfold.widgets import CHECKBOX_CLASSES
    from unfold.widgets import UnfoldAdminSelectWidget as Select
    from unfold.widgets import UnfoldAdminTextareaWidget as Textarea
    from unfold.widgets import UnfoldAdminTextInputWidget as TextInput
    from unfold.widgets import UnfoldBooleanWidget as CheckboxInput

    class _Subscriptable:
        """What the stubs say is generic and Django itself does not."""

        def __class_getitem__(cls, _model: Any) -> type:
            return cls

    class ModelAdmin(_Subscriptable, _ModelAdmin):
        """Unfold's."""

    class ModelChoiceField(_Subscriptable, forms.ModelChoiceField):
        """Django's."""

    class ModelMultipleChoiceField(_Subscriptable, forms.ModelMultipleChoiceField):
        """Django's."""


__all__ = [
    "CHECKBOX_CLASSES",
    "ChangeList",
    "CheckboxInput",
    "DropdownFilter",
    "ModelAdmin",
    "ModelChoiceField",
    "ModelMultipleChoiceField",
    "Select",
    "TextInput",
    "Textarea",
    "display",
]
