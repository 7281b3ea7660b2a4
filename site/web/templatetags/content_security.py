"""``{% csp_nonce %}``: for scripts within a page, also where a template is not given the request."""

from django import template

from web.security.content_security import nonce_of_page

register = template.Library()
register.simple_tag(nonce_of_page, name="csp_nonce")
