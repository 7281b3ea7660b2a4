"""What Django says is wrong is said with Persian digits, and quotes what was typed as it was."""

from decimal import Decimal

import pytest
from django import forms
from django.contrib.auth.password_validation import (
    password_validators_help_texts,
    validate_password,
)
from django.core.exceptions import ValidationError
from django.core.validators import DecimalValidator

from services_catalog.models import Category, DocumentRequirement
from services_catalog.models.service_parts import RouteStop


def errors_of(field: forms.Field, typed: str) -> list[str]:
    class Asked(forms.Form):
        asked = field

    return list(Asked({"asked": typed}).errors["asked"])


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        (forms.IntegerField(max_value=10), "11", "۱۰"),
        (forms.IntegerField(min_value=10), "9", "۱۰"),
        (forms.IntegerField(step_size=5), "9", "۵"),
        (forms.FloatField(max_value=2.5), "9", "۲٫۵"),
        (forms.DecimalField(max_value=Decimal("0.75")), "9", "۰٫۷۵"),
        (forms.CharField(max_length=3), "abcd", "۴"),
        (forms.CharField(min_length=12), "abcd", "۱۲"),
        (forms.DecimalField(max_digits=3, decimal_places=1), "1.25", "۱"),
    ],
)
def test_a_limit_is_said_with_persian_digits(field, typed, words):
    (said,) = errors_of(field, typed)

    assert words in said
    assert not any(sign.isascii() and sign.isdigit() for sign in said)


def test_the_limits_of_columns_are_said_so_too():
    for row, name in (
        (Category(code="c", title="ن" * 101), "title"),
        (RouteStop(code="c", share=-1), "share"),
        (DocumentRequirement(code="c", max_mb=-1), "max_mb"),
    ):
        with pytest.raises(ValidationError) as refused:
            row.clean_fields()
        said = " ".join(refused.value.message_dict[name])
        assert not any(sign.isascii() and sign.isdigit() for sign in said), said


def test_what_somebody_typed_is_quoted_as_it_was_typed():
    field = forms.ChoiceField(choices=[("a", "a")])

    (said,) = errors_of(field, "B-12")
    assert "B-12" in said

    (said,) = errors_of(forms.CharField(validators=[refuse_as("«%(value)s» از %(limit)d")]), "B-12")
    assert said == "«B-12» از ۱۲"


def refuse_as(words: str):
    def refuse(value: str) -> None:
        raise ValidationError(words, params={"value": value, "limit": 12})

    return refuse


def test_a_message_without_numbers_is_left_alone():
    with pytest.raises(ValidationError, match="%"):
        raise ValidationError("100% پر است")
    assert ValidationError("100% پر است").messages == ["100% پر است"]
    assert ValidationError({"a": ["x"], "b": [DecimalValidator(2, 1).messages["max_digits"]]})


def test_the_least_length_of_a_password_is_said_with_persian_digits():
    with pytest.raises(ValidationError) as refused:
        validate_password("Xy-7")

    said = " ".join([*refused.value.messages, *password_validators_help_texts()])
    assert "۸" in said
    assert not any(sign.isascii() and sign.isdigit() for sign in said)
