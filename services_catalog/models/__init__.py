"""The tables of the catalog, the office and its calendar."""

from services_catalog.models.calendar import (
    CalendarDay,
    OfficeCalendar,
    OfficeHours,
    RunningDay,
    WeekendRule,
)
from services_catalog.models.organisations import Organisation, WayToOrganisation
from services_catalog.models.places import Desk, Park, Place, Province, Seat, Unit
from services_catalog.models.service import Service, ServiceVersion
from services_catalog.models.service_parts import DocumentRequirement, Question, RouteStop
from services_catalog.models.terms import Category, DocumentType, ReturnReason, Synonyms

__all__ = [
    "CalendarDay",
    "Category",
    "Desk",
    "DocumentRequirement",
    "DocumentType",
    "OfficeCalendar",
    "OfficeHours",
    "Organisation",
    "Park",
    "Place",
    "Province",
    "Question",
    "ReturnReason",
    "RouteStop",
    "RunningDay",
    "Seat",
    "Service",
    "ServiceVersion",
    "Synonyms",
    "Unit",
    "WayToOrganisation",
    "WeekendRule",
]
