"""Refusals about the government network, in Persian words for the person who asked."""

from __future__ import annotations

from web.refusals import NotNow


class NotOnNetwork(NotNow):
    code = "not_on_network"
    title = "شبکهٔ دولت در این سامانه راه‌اندازی نشده است"
    message = "برای راه‌اندازی ارسال و دریافت ECE، لطفاً به مدیر سامانه اطلاع دهید."


class NoNetworkAddress(NotNow):
    code = "no_network_address"
    title = "نشانی دستگاه در شبکهٔ دولت ثبت نشده است"
    message = "لطفاً ابتدا نشانی پست الکترونیک این دستگاه در شبکهٔ دولت را ثبت کنید."


class TestUnderWay(NotNow):
    __test__ = False
    code = "test_under_way"
    title = "یک نامهٔ آزمایشی در جریان است"
    message = "برای این دستگاه نامهٔ آزمایشی ارسال شده و رسید آن هنوز نرسیده است."


class MailAlreadyHandled(NotNow):
    code = "mail_already_handled"
    title = "این پیام قبلاً بررسی شده است"
    message = "وضعیت این پیام تغییر کرده است. لطفاً صفحهٔ پیام را دوباره ببینید."
