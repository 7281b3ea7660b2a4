"""Below ``/desk/``: who somebody is, and who acts for them. Part of submissions.urls."""

from django.urls import path

from submissions.views import identity

urlpatterns = [
    path("identity/", identity.verification, name="identity"),
    path("identity/succession/", identity.succession, name="succession"),
    path("identity/another/", identity.another, name="another_party"),
    path("agents/", identity.agents, name="agents"),
    path("agents/add/", identity.add_agent, name="add_agent"),
    path("agents/<int:membership_id>/end/", identity.end_agency, name="end_agency"),
]
