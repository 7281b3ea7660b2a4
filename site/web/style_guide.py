"""The style guide: every component in all its states (development only)."""

import datetime as dt
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

STATES = ("draft", "in_review", "returned", "approved", "completed", "rejected", "withdrawn")
_FILE = {"name": "نقشهٔ معماری-1405-02.pdf", "size": 2_516_582, "url": "#"}
_REASON = "این فایل با گذرواژه قفل شده است. لطفاً نسخهٔ بدون گذرواژه آن را انتخاب کنید."


class SampleForm(forms.Form):
    """One field of each kind a page may ask for."""

    contract = forms.CharField(
        label="شمارهٔ قرارداد",
        help_text="در بالای صفحهٔ اول قرارداد نوشته شده است.",
        error_messages={"required": "شمارهٔ قرارداد را وارد کنید."},
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )
    mobile = forms.CharField(label="شمارهٔ موبایل", widget=forms.TextInput(attrs={"type": "tel"}))
    park = forms.ChoiceField(
        label="نام شهرک",
        error_messages={"required": "شهرک را انتخاب کنید."},
        choices=[("", "انتخاب کنید"), ("jey", "جی"), ("mobarakeh", "مبارکه")],
    )
    kind = forms.ChoiceField(
        label="نوع انشعاب",
        help_text="اگر مطمئن نیستید، «عادی» را انتخاب کنید.",
        error_messages={"required": "یکی از دو نوع انشعاب را انتخاب کنید."},
        choices=[("usual", "عادی"), ("demand", "دیماندی")],
        widget=forms.RadioSelect,
    )
    uses = forms.MultipleChoiceField(
        label="کاربری‌ها",
        required=False,
        choices=[("make", "تولید"), ("store", "انبار"), ("office", "اداری")],
        widget=forms.CheckboxSelectMultiple,
    )
    description = forms.CharField(
        label="شرح درخواست", required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    attachment = forms.FileField(label="نامهٔ همراه", required=False)
    truth = forms.BooleanField(
        label="درستی آنچه نوشته‌ام را تأیید می‌کنم.",
        error_messages={"required": "برای ادامه، درستی اطلاعات را تأیید کنید."},
    )


def _sample_document(state: str, **facts: object) -> dict[str, object]:
    row = {"code": state, "title": "نقشهٔ معماری مصوب", "required": "always", "state": state}
    return row | {"hint": "PDF یا تصویر", "max_bytes": 5_242_880, "upload_url": "#"} | facts


def _sample_documents() -> list[dict[str, object]]:
    kept = {"file": _FILE, "remove_url": "#"}
    return [
        _sample_document("empty", required="declared", title="وکالت‌نامه", decline_url="#"),
        _sample_document("uploading", percent=42),
        _sample_document("paused", percent=63),
        _sample_document("resuming", percent=63),
        _sample_document("uploaded", **kept),
        _sample_document("scanned", **kept),
        _sample_document("refused", reason=_REASON),
        _sample_document("replace", file=_FILE, reason="مهر نظام مهندسی در نقشه دیده نمی‌شود."),
        _sample_document("missing", reason="صفحهٔ دوم نقشه پیوست نشده است."),
        _sample_document("accepted", file=_FILE, upload_url=None),
        _sample_document("not_mine", title="وکالت‌نامه", required="declared", undecline_url="#"),
    ]


def _sample_cartable() -> list[dict[str, object]]:
    titles = {"returned": "معرفی جهت واگذاری انشعاب برق"}
    due = {"in_review": "چهارشنبه ۱۴ آذر", "approved": "شنبه ۱۰ آذر"}
    return [
        {
            "title": titles.get(state, "معرفی جهت دریافت پروانهٔ ساختمانی"),
            "href": "#",
            "subtitle": "شهرک صنعتی جی، قرارداد ۱۲۰۴۵",
            "tracking_code": f"12345678901{number}",
            "state": state,
            "due": due.get(state),
            "late": state == "approved",
            "action_href": "#" if state in ("draft", "returned") else None,
        }
        for number, state in enumerate(STATES)
    ]


def _sample_report() -> list[dict[str, object]]:
    now = dt.datetime.now(dt.UTC)
    desk = {"who": "رضا کریمی", "desk": "کارشناس امور قراردادها"}
    return [
        {
            "title": "درخواست ثبت شد",
            "who": "مریم احمدی",
            "when": now,
            "icon": "upload",
            "tone": "info",
        },
        desk
        | {
            "title": "برای اصلاح عودت داده شد",
            "when": now,
            "icon": "return",
            "tone": "warning",
            "note": "لطفاً نقشه را با مهر نظام مهندسی دوباره بارگذاری کنید.",
            "points": [
                {"title": "نقشهٔ معماری مصوب", "label": "جایگزین شود", "note": "مهر ناخواناست"}
            ],
        },
        {
            "title": "با اصلاحات دوباره ثبت شد",
            "who": "مریم احمدی",
            "when": now,
            "icon": "swap",
            "tone": "info",
            "changes": [{"label": "قدرت درخواستی", "old": "۲۰۰ کیلووات", "new": "۲۵۰ کیلووات"}],
        },
        {
            "title": "تأیید شد",
            "who": "علی رضایی",
            "desk": "معاونت",
            "on_behalf_of": "سارا محمدی",
            "when": now,
            "icon": "check",
            "tone": "success",
        },
        {"title": "نامه صادر شد", "when": now, "icon": "seal", "tone": "firuze"},
    ]


def _sample_steps(current: int, labels: list[str]) -> list[dict[str, str]]:
    states = ["done"] * current + ["current"] + ["todo"] * (len(labels) - current - 1)
    return [{"label": a, "state": b, "href": "#"} for a, b in zip(labels, states, strict=True)]


def _sample_route() -> list[dict[str, Any]]:
    """A road with steps side by side, each with a state of its own."""
    stops = [
        {
            "label": "امور قراردادها",
            "state": "agreed",
            "words": "تأیید شده",
            "icon": "check-circle",
        },
        {"label": "امور مالی", "state": "waiting", "words": "در حال بررسی", "icon": "clock"},
    ]
    rest = [
        {"label": "مدیریت شهرک", "state": "todo", "icon": "circle"},
        {"label": "امور فنی", "state": "todo", "icon": "circle"},
    ]
    return [
        {"label": "میز خدمت", "state": "done"},
        {"label": "قراردادها و مالی", "state": "current", "stops": stops, "join": "all"},
        {"label": "شهرک و فنی", "state": "todo", "stops": rest, "join": "any"},
        {"label": "معاونت", "state": "todo"},
    ]


def show_style_guide(request: HttpRequest) -> HttpResponse:
    """All components on one page, with made-up contents."""
    return render(
        request,
        "dev/looks.html",
        {
            "states": STATES,
            "blank": SampleForm(prefix="blank"),
            "faulty": SampleForm({"faulty-mobile": "۰۹۱۳"}, prefix="faulty"),
            "rows": _sample_documents(),
            "items": _sample_cartable(),
            "entries": _sample_report(),
            "stages": _sample_steps(1, ["ثبت اطلاعات قرارداد", "ثبت درخواست خدمات"]),
            "many": _sample_steps(
                2, ["محل", "خدمت", "قرارداد", "پرسش‌ها", "شرح", "مدارک", "بازبینی"]
            ),
            "beside": _sample_route(),
            "checklist": [
                {"title": "نقشهٔ معماری مصوب", "required": "always", "max_bytes": 26_214_400},
                {"title": "کارت ملی مالک", "required": "natural", "hint": "پشت و رو"},
                {"title": "روزنامهٔ رسمی", "required": "legal", "hint": "آخرین تغییرات"},
                {"title": "وکالت‌نامه", "required": "declared", "hint": "اگر وکیل اقدام می‌کند"},
            ],
            "tasks": [
                {"title": "قرارداد و محل", "href": "#", "state": "done"},
                {"title": "مدارک", "href": "#", "state": "error", "hint": "۲ مدرک مانده است"},
                {"title": "شرح درخواست", "href": "#", "state": "todo"},
                {"title": "تأیید هویت", "href": "#", "state": "going"},
                {"title": "ثبت درخواست خدمات", "href": "#", "state": "open"},
                {"title": "بازبینی و ارسال", "state": "waiting"},
            ],
            "answers": [
                {"label": "شمارهٔ قرارداد", "value": "۱۲۰۴۵", "href": "#", "code": True},
                {"label": "نام شهرک", "value": "شهرک صنعتی جی", "href": "#"},
                {"label": "شمارهٔ پرونده", "value": "", "href": "#"},
                {"label": "مدارک", "value": "۴ مدرک بارگذاری شده است"},
            ],
            "next_steps": [
                "کارشناس شهرک درخواست و مدارک شما را بررسی می‌کند.",
                "اگر چیزی کم باشد، با پیامک و در کارتابل به شما گفته می‌شود.",
                "پس از تأیید، نامه صادر و برای شرکت توزیع برق ارسال می‌شود.",
            ],
            "crumbs": [{"label": "خدمات", "href": "#"}, {"label": "نمونه‌ها"}],
        },
    )
