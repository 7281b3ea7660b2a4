"""Registers with Wagtail what all admin screens share."""

from wagtail import hooks

from web.admin_frame import keep_frame
from web.admin_words import name_columns, name_fields, weigh_pictures
from web.approval import need_approvers
from web.comparison import register_comparisons
from web.consequences import ask_before_bulk
from web.jalali_boxes import use_jalali_boxes
from web.searches.admin_lists import search_all_lists
from web.security.content_security import sign_widgets

keep_frame()
register_comparisons()
use_jalali_boxes()
need_approvers()
name_columns()
name_fields()
weigh_pictures()
search_all_lists()
sign_widgets()
hooks.register("before_bulk_action", ask_before_bulk)
