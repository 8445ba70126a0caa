"""Rows that hold from a day to a day, in the database."""

from datetime import date
from typing import Self, TypeVar

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Func, Q


class DateSpan(Func):
    """The SQL range [starts_on, ends_on], both days included; no end means for ever."""

    function = "DATERANGE"
    output_field = DateRangeField()


_Row_co = TypeVar("_Row_co", bound=models.Model, covariant=True)


class Dated(models.QuerySet[_Row_co]):
    """Rows that hold from `starts_on` to `ends_on`, both days included; no end means for ever."""

    def on(self, day: date) -> Self:
        """Those that hold on this day."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)
