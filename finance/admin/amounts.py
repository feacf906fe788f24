"""Amounts in the forms of the admin."""

from typing import Any

from finance.money import AmountFormField
from finance.presentation import format_amount


class GroupedAmountField(AmountFormField):
    """An amount whose field shows it as the pages do: ``1 928 072,00``, without *ore* ``1 928 072``."""

    def __init__(self, ore: bool = True, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.ore = ore

    def prepare_value(self, value: Any) -> Any:
        """The text in the field; what somebody typed stays as it was typed."""
        return value if value is None or isinstance(value, str) else format_amount(value, ore=self.ore)
