"""``{% staff_idle_seconds as seconds %}``: after which a session of the staff ends; 0 for never."""

from django import template

from signin.staff.idle import limit_seconds

register = template.Library()
register.simple_tag(limit_seconds, name="staff_idle_seconds")
