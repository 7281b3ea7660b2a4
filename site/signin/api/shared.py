"""The one router of signing in, and how its endpoints read what was sent."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from ninja import Router, Schema
from pydantic import ConfigDict
from wagtail.utils.forms import FormValidationError

from signin.callers import anybody

router = Router(auth=anybody, tags=["session"])


class Body(Schema):
    """What is sent; nothing else is taken."""

    model_config = ConfigDict(extra="forbid")


class ProvedBody(Body):
    """``proof``: the answer to the ``challenge`` of a refusal, where the free turns are used up."""

    proof: str = ""


def read_form(form: forms.BaseForm) -> dict[str, Any]:
    """What a valid form of the pages says; the faults of another one, each with its place."""
    if not form.is_valid():
        found = FormValidationError.get_form_errors_as_dict(form)
        whole = found.pop((NON_FIELD_ERRORS,), None)
        raise FormValidationError({**found, **({(): whole} if whole else {})})
    return form.cleaned_data
