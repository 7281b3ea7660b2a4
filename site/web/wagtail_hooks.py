"""Registers with Wagtail what all admin screens share."""

from web.comparison import register_comparisons

register_comparisons()
