"""Registers subscribers in the admin."""

from wagtail_modeladmin.options import modeladmin_register

from webhooks.admin import SubscriberAdmin

modeladmin_register(SubscriberAdmin)
