"""Serializer fields that convert nothing: "false" is no boolean, "6" no number. Unknown fields are refused."""

import re
from collections.abc import Mapping
from datetime import date, time
from typing import Any

from rest_framework import serializers

CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields that it does not know, and fields that can only be read."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            writable = {name for name, field in self.fields.items() if not field.read_only}
            if unknown := sorted(set(map(str, data)) - writable):
                raise serializers.ValidationError({name: ["This field is not known here."] for name in unknown})
        return super().to_internal_value(data)


class Text(serializers.CharField):
    def to_internal_value(self, data: Any) -> str:
        return super().to_internal_value(only(str, data, "a text"))


class Email(serializers.EmailField):
    def to_internal_value(self, data: Any) -> str:
        return super().to_internal_value(only(str, data, "a text"))


class YesNo(serializers.BooleanField):
    """true or false and nothing else."""

    def to_internal_value(self, data: Any) -> bool:
        only(bool, data, "true or false")
        return bool(data)


class WholeNumber(serializers.IntegerField):
    def to_internal_value(self, data: Any) -> int:
        return super().to_internal_value(only(int, data, "a whole number"))


class OneOf(serializers.ChoiceField):
    def to_internal_value(self, data: Any) -> str:
        return str(super().to_internal_value(only(str, data, "a text")))


class Id(serializers.UUIDField):
    def to_internal_value(self, data: Any) -> Any:
        return super().to_internal_value(only(str, data, "a UUID"))


class Day(serializers.DateField):
    """A calendar day, as 2026-11-22."""

    def to_internal_value(self, data: Any) -> date:
        if not DAY.fullmatch(only(str, data, "a day like 2026-11-22")):
            raise serializers.ValidationError("Must be a day like 2026-11-22.")
        return super().to_internal_value(data)


class Clock(serializers.TimeField):
    """A time of day in the production's zone, as 19:00."""

    def __init__(self, **options: Any) -> None:
        super().__init__(format="%H:%M", **options)

    def to_internal_value(self, data: Any) -> time:
        if not CLOCK.fullmatch(only(str, data, "a time like 19:00")):
            raise serializers.ValidationError("Must be a time like 19:00.")
        return super().to_internal_value(data)


def only(shape: type, data: Any, wanted: str) -> Any:
    """The value, when it is of exactly this type."""
    if type(data) is not shape:
        raise serializers.ValidationError(f"Must be {wanted}.")
    return data
