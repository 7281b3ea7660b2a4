"""``{% keep_words %}``: marks a form whose words outlive the session."""

from django import template
from django.template.context import RequestContext
from django.utils.html import format_html

from web import form_recovery

register = template.Library()


@register.simple_tag(takes_context=True)
def keep_words(context: RequestContext) -> str:
    """The hidden field that says whose page the form is on; see web.form_recovery."""
    mark = form_recovery.mark_of(context["request"].user)
    return format_html('<input type="hidden" name="{}" value="{}">', form_recovery.FIELD, mark)
