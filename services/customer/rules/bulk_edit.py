"""Setting the same values in many customers: what is asked, and which of it a customer lacks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.common.problem import invalid
from services.customer.rules.ownership import Skip

UNCHANGED = Skip("unchanged", "It has these values already.", "edit")


def check_values(values: Mapping[str, Any]) -> None:
    """At least one field. Names, phones and codes are of one company alone; whose it is and who sees it have commands of their own."""
    if not values:
        raise invalid("/values", "empty", "Say which field to set.")


def differing(before: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that the customer does not have yet."""
    return {name: value for name, value in values.items() if before.get(name) != value}
