"""Money in one line: "42,000 to 210,000 USD a month, reported"."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from disputes.vocabulary import Basis, Unit


def show_money(money: Mapping[str, Any]) -> str:
    """Write an amount as it was recorded: range, currency, unit and where it comes from."""
    if money.get("undisclosed"):
        words = "amount not disclosed"
    elif money.get("low") is None and money.get("high") is None:
        words = ""
    else:
        words = f"{_range(money)} {money.get('currency', '')}".strip()
        if money.get("approximate"):
            words = f"about {words}"
    if money.get("per"):
        words = f"{words} {Unit(money['per']).label}".strip()
    if money.get("in_kind"):
        words = f"{words} and in kind: {money['in_kind']}" if words else f"in kind: {money['in_kind']}"
    if money.get("basis"):
        words = f"{words}, {Basis(money['basis']).label.lower()}"
    return f"{words} ({money['note']})" if money.get("note") else words


def _range(money: Mapping[str, Any]) -> str:
    low, high = money.get("low"), money.get("high")
    if low is None:
        return f"up to {_number(high)}"
    if high is None:
        return f"at least {_number(low)}"
    if Decimal(str(high)) == Decimal(str(low)):
        return _number(low)
    return f"{_number(low)} to {_number(high)}"


def _number(value: Any) -> str:
    number = Decimal(str(value))
    whole = number == number.to_integral_value()
    return f"{number.quantize(Decimal(1)):,}" if whole else f"{number.normalize():,f}"
