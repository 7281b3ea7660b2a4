"""Choice of the registers that the settings name.

An office that has no access to one says ``none``, and its reviewers read that nobody was asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from registries.answers import CivilRegistry, MobileOwnership
from registries.stand_ins import (
    LocalCivilRegistry,
    LocalMobileOwnership,
    NoCivilRegistry,
    NoMobileOwnership,
)
from registries.zibal import GATEWAY, ZibalCivilRegistry, ZibalMobileOwnership
from work import breakers

Register = TypeVar("Register")

_MOBILE_OWNERSHIP: dict[str, type[MobileOwnership]] = {
    "none": NoMobileOwnership,
    "local": LocalMobileOwnership,
    "zibal": ZibalMobileOwnership,
}
_CIVIL_REGISTRY: dict[str, type[CivilRegistry]] = {
    "none": NoCivilRegistry,
    "local": LocalCivilRegistry,
    "zibal": ZibalCivilRegistry,
}


def mobile_ownership() -> MobileOwnership:
    """The register that the settings name; ImproperlyConfigured when there is none."""
    return _chosen_register("MOBILE_OWNERSHIP", _MOBILE_OWNERSHIP)()


def civil_registry() -> CivilRegistry:
    """The register that the settings name; ImproperlyConfigured when there is none."""
    return _chosen_register("CIVIL_REGISTRY", _CIVIL_REGISTRY)()


def room_for_questions() -> int | None:
    """How many questions can be of use now; None: any number."""
    asks_outside = "zibal" in (settings.MOBILE_OWNERSHIP, settings.CIVIL_REGISTRY)
    return breakers.room_for(GATEWAY) if asks_outside else None


def _chosen_register(setting: str, known: Mapping[str, Register]) -> Register:
    name = getattr(settings, setting)
    if name not in known:
        names = ", ".join(sorted(known))
        raise ImproperlyConfigured(f"{setting} must be one of: {names}; not {name!r}.")
    if name == "zibal" and not settings.ZIBAL_TOKEN:
        raise ImproperlyConfigured(f"{setting} is 'zibal': the environment must give ZIBAL_TOKEN.")
    return known[name]
