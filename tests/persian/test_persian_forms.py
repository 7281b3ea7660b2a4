"""Fields take what Persian keyboards type, and answer beside the field in Persian."""

import datetime as dt
from decimal import Decimal

import pytest
from django import forms

from persian import forms as persian

TOO_LONG = "این متن باید حداکثر ۵ کاراکتر باشد."


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        (persian.MobileField(), "+۹۸ ۹۱۳ ۱۲۳ ۴۵۶۷", "09131234567"),
        (persian.NationalCodeField(), "۹۹۹-۰۰۰۰۰۱-۸", "9990000018"),
        (persian.LegalIdField(), "١٠٢٦٩٩٩٠٠١٢", "10269990012"),
        (persian.TrackingCodeField(), "۱۲۳۴ ۵۶۷۸ ۹۰۱۸", "123456789018"),
        (persian.PersianCharField(), "  علي\u200c كاشاني ", "علی کاشانی"),
        (persian.PersianIntegerField(), "۱۲٬۵۰۰", 12500),
        (persian.PersianIntegerField(), "١٢,٥٠٠", 12500),
        (persian.PersianIntegerField(), "\u2212۵", -5),
        (persian.PersianDecimalField(), "۲٫۵", Decimal("2.5")),
        (persian.PersianDecimalField(), "1,250.75", Decimal("1250.75")),
        (persian.PersianDecimalField(), "١٬٢٥٠٫٧٥", Decimal("1250.75")),
        (persian.JalaliDateField(), "۱۴۰۵/۹/۱", dt.date(2026, 11, 22)),
        (persian.JalaliDateField(), "١٤٠٥-٠٩-٠١", dt.date(2026, 11, 22)),
        (persian.JalaliDateField(), "1405.09.01", dt.date(2026, 11, 22)),
    ],
)
def test_every_keyboard_gives_the_same_value(field, typed, value):
    assert field.clean(typed) == value


@pytest.mark.parametrize(
    ("field", "typed", "answer"),
    [
        (persian.MobileField(), "0913", "شماره موبایل را صحیح وارد کنید!"),
        (persian.MobileField(), "", "لطفاً شمارهٔ موبایل را وارد کنید."),
        (persian.NationalCodeField(), "1234", "کد ملی باید ده رقم باشد."),
        (persian.NationalCodeField(), " ", "لطفاً کد ملی را وارد کنید."),
        (persian.LegalIdField(), "1234", "شناسهٔ ملی شخص حقوقی باید یازده رقم باشد."),
        (persian.TrackingCodeField(), "1234", "کد رهگیری باید دوازده رقم باشد."),
        (persian.PersianCharField(), "\u200c \u200f", "لطفاً این قسمت را تکمیل کنید."),
        (persian.PersianCharField(max_length=5), "اصفهان", TOO_LONG),
        (persian.PersianCharField(min_length=3), "اب", "این متن باید حداقل ۳ کاراکتر باشد."),
        (persian.PersianIntegerField(), "۲٫۵", "لطفاً یک عدد صحیح وارد کنید؛ مانند ۱۲۰."),
        (persian.PersianIntegerField(), "१२", "لطفاً یک عدد صحیح وارد کنید؛ مانند ۱۲۰."),
        (persian.PersianIntegerField(), "", "لطفاً یک عدد وارد کنید."),
        (persian.PersianIntegerField(min_value=3), "۲", "این عدد باید حداقل ۳ باشد."),
        (persian.PersianIntegerField(max_value=12500), "12501", "این عدد باید حداکثر ۱۲٬۵۰۰ باشد."),
        (persian.PersianDecimalField(max_digits=3, decimal_places=1), "123.4", "این عدد باید حداکثر ۳ رقم داشته باشد."),
        (persian.PersianDecimalField(max_digits=9, decimal_places=1), "1.25", "این عدد باید حداکثر ۱ رقم اعشار داشته باشد."),
        (persian.PersianDecimalField(max_digits=3, decimal_places=1), "123", "این عدد باید پیش از ممیز حداکثر ۲ رقم داشته باشد."),
        (persian.PersianDecimalField(max_value=Decimal("2.5")), "3", "این عدد باید حداکثر ۲٫۵ باشد."),
        (persian.JalaliDateField(), "", "لطفاً تاریخ را وارد کنید."),
        (persian.JalaliDateField(), "1404/12/30", "این روز در تقویم خورشیدی وجود ندارد. لطفاً ماه و روز را بررسی کنید."),
        (persian.JalaliDateField(min_date=dt.date(2026, 11, 22)), "1405/08/30", "تاریخ باید ۱ آذر ۱۴۰۵ یا پس از آن باشد."),
        (persian.JalaliDateField(max_date=dt.date(2026, 11, 22)), "1405/09/02", "تاریخ باید ۱ آذر ۱۴۰۵ یا پیش از آن باشد."),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_answered_in_persian(field, typed, answer):
    with pytest.raises(forms.ValidationError) as refusal:
        field.clean(typed)
    assert refusal.value.messages == [answer]


@pytest.mark.parametrize(
    "typed",
    ["۱/۲", "NaN", "1e9", "Infinity", "१.५", ".", "1.2.3", "۲,۵", "۲ ۵", "۰٬۵۰۰", "1_000", "ـ"],
)
def test_a_decimal_is_never_guessed(typed):
    with pytest.raises(forms.ValidationError, match="برای اعشار"):
        persian.PersianDecimalField().clean(typed)


@pytest.mark.parametrize(
    ("field", "nothing"),
    [
        (persian.MobileField(required=False), ""),
        (persian.TrackingCodeField(required=False), ""),
        (persian.PersianCharField(required=False), ""),
        (persian.PersianCharField(required=False, empty_value=None), None),
        (persian.PersianIntegerField(required=False), None),
        (persian.PersianDecimalField(required=False), None),
        (persian.JalaliDateField(required=False), None),
    ],
)
def test_an_optional_field_may_stay_empty(field, nothing):
    assert field.clean("  ") == nothing
    assert field.clean(None) == nothing


def test_a_form_may_say_it_in_its_own_words():
    own = {"required": "متراژ را بنویسید.", "max_value": "بیش از متراژ قطعه است."}
    field = persian.PersianIntegerField(max_value=10, error_messages=own)
    with pytest.raises(forms.ValidationError, match="بیش از متراژ قطعه است"):
        field.clean("11")
    with pytest.raises(forms.ValidationError, match="متراژ را بنویسید"):
        field.clean("")


class Plan(forms.Form):
    mobile = persian.MobileField()
    area = persian.PersianDecimalField()
    count = persian.PersianIntegerField(min_value=1)
    start = persian.JalaliDateField()
    title = persian.PersianCharField(max_length=100)


def test_boxes_for_numbers_open_the_right_keyboard_and_run_left_to_right():
    attrs = {name: field.widget.attrs for name, field in Plan().fields.items()}
    assert [attrs[name].get("inputmode") for name in attrs] == [
        "tel",
        "decimal",
        "numeric",
        "numeric",
        None,
    ]
    assert {attrs[name].get("dir") for name in ("mobile", "area", "count", "start")} == {"ltr"}
    assert attrs["mobile"]["autocomplete"] == "tel"
    assert "dir" not in attrs["title"]
    assert 'type="number"' not in str(Plan())


def test_a_date_is_rendered_with_the_digits_a_date_picker_reads():
    form = Plan(initial={"start": dt.date(2026, 11, 22)})
    assert 'value="1405/09/01"' in str(form["start"])


def test_what_was_typed_is_kept_when_it_cannot_be_taken():
    form = Plan({"mobile": "۰۹۱۳", "area": "زیاد", "count": "۲,۵", "start": "۳۰ اسفند"})
    assert not form.is_valid()
    assert 'value="۲,۵"' in str(form["count"])
    assert 'value="۰۹۱۳"' in str(form["mobile"])
    assert 'value="زیاد"' in str(form["area"])
    assert 'value="۳۰ اسفند"' in str(form["start"])


def test_the_same_date_in_other_digits_is_no_change():
    initial = {"start": dt.date(2026, 11, 22)}
    assert "start" not in Plan({"start": "۱۴۰۵/۹/۱"}, initial=initial).changed_data
    assert "start" in Plan({"start": "۱۴۰۵/۹/۲"}, initial=initial).changed_data
    assert "start" in Plan({"start": "فردا"}, initial=initial).changed_data
