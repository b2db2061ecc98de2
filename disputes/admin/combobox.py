"""A text field with a list of what it may mean, after the pattern of the WAI-ARIA Authoring Practices Guide.

Without its script it is a plain text field that takes names, beside boxes for what is chosen already.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from django import forms
from django.forms.widgets import Script

from disputes.admin.theme import TextInput

if TYPE_CHECKING:
    from django.utils.datastructures import MultiValueDict

SEPARATOR = ";"
"""Between several names in one text field; commas are part of many names."""
MOST_VALUES = 50
LONGEST_VALUE = 300


class Option(NamedTuple):
    """Something to choose, where the page itself carries all there is."""

    value: str
    label: str


class Combobox(TextInput):
    """Chosen values as boxes to untick, and a text field for further ones.

    All of them have the name of the field, so what was typed and not chosen is sent as well. The value is a list of
    texts: short names where they were chosen, anything where they were typed.
    """

    template_name = "admin/disputes/widgets/combobox.html"

    class Media:
        css: ClassVar = {"all": ["disputes/combobox.css"]}
        js: ClassVar = [Script("disputes/combobox.js", defer=True)]

    def __init__(
        self, *, source: Callable[[], str] | None = None, options: Sequence[Option] = (), many: bool = False
    ) -> None:
        super().__init__(attrs={"autocomplete": "off", "spellcheck": "false"})
        self.source = source
        """Gives the address that is asked for what may be meant; None where `options` are all there is."""
        self.options = options
        self.many = many
        self.may_register = False
        """Whether a name that is not known may be registered on the spot."""
        self.unknown = ""
        """What is said where nothing is found; "" for no more than that."""
        self.describe: Callable[[Sequence[str]], Mapping[str, str]] = lambda _values: {}
        """Gives the label of each value that is known."""

    def use_required_attribute(self, initial: Any) -> bool:
        """Leave it to the server: the text field is empty where something is chosen."""
        return False

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[str]:
        """Give all texts that are not blank, each once; a text field may hold several."""
        sent: Sequence[Any] = data.getlist(name) if hasattr(data, "getlist") else _as_list(data.get(name))
        texts = [part.strip() for text in sent for part in self._parts(str(text).replace("\x00", ""))]
        return list(dict.fromkeys(text[:LONGEST_VALUE] for text in texts if text))[: MOST_VALUES + 1]

    def _parts(self, text: str) -> list[str]:
        return text.split(SEPARATOR) if self.many else [text]

    def value_omitted_from_data(self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str) -> bool:
        """Tell whether nothing was sent, so that no initial value takes its place."""
        return name not in data

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Part what is known from what was merely typed."""
        values = _as_list(value)
        labels = self.describe(values) if values else {}
        typed = f"{SEPARATOR} ".join(text for text in values if text not in labels)
        context = super().get_context(name, typed, attrs)
        if self.options:
            # What a browser without the script shows below the field.
            context["widget"]["attrs"]["list"] = f"{name}_options"
        context["widget"] |= {
            "chosen": [Option(text, labels[text]) for text in values if text in labels],
            "source": self.source() if self.source is not None else "",
            "options": self.options,
            "many": self.many,
            "may_register": self.may_register,
            "unknown": self.unknown,
        }
        return context


def _as_list(value: Any) -> list[Any]:
    if value is None or value == "":
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]


class ComboboxField(forms.Field):
    """The field of a combobox. Its clean value is one value or None, with `many` a list of them.

    Subclasses say in `find` what a text means.
    """

    widget: Combobox
    many: ClassVar[bool] = False

    def __init__(self, *, widget: Combobox, **options: Any) -> None:
        super().__init__(widget=widget, **options)
        self.widget.describe = self.describe

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        """Let the copy's widget ask the copy."""
        copy = super().__deepcopy__(memo)
        copy.widget.describe = copy.describe
        return copy

    def describe(self, values: Sequence[str]) -> Mapping[str, str]:
        """Give the label of each value that is known."""
        raise NotImplementedError

    def find(self, texts: Sequence[str]) -> list[str]:
        """Give the value of each text. Raises ValidationError, which says what is wrong with every text."""
        raise NotImplementedError

    def prepare_value(self, value: Any) -> list[Any]:
        """Show one value as a list of one."""
        return _as_list(value)

    def clean(self, value: Any) -> Any:
        """Find what each text means, in the order in which they were chosen."""
        texts = _as_list(value)
        if not texts:
            self.validate(None)
            return [] if self.many else None
        if len(texts) > (MOST_VALUES if self.many else 1):
            raise forms.ValidationError(
                f"At most {MOST_VALUES}." if self.many else "Choose one: untick the other, or empty the text."
            )
        found = list(dict.fromkeys(self.find(texts)))
        return found if self.many else found[0]
