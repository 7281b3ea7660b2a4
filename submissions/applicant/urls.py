"""The applicant's addresses (design §6)."""

from django.urls import path

from submissions.applicant import (
    cartable_views,
    contract_views,
    document_views,
    draft_views,
    identity_views,
    tracking_views,
    tus_views,
)

app_name = "submissions"
urlpatterns = [
    path("desk/contract/", contract_views.contract, name="contract"),
    path("desk/request/", draft_views.start, name="start"),
    path("desk/request/<str:tracking_code>/save/", draft_views.autosave, name="autosave"),
    path("desk/request/<str:tracking_code>/done/", draft_views.done, name="done"),
    path("desk/request/<str:tracking_code>/<slug:group>/", draft_views.group, name="draft"),
    path("desk/identity/", identity_views.verification, name="identity"),
    path("desk/identity/succession/", identity_views.succession, name="succession"),
    path("desk/identity/another/", identity_views.another, name="another_party"),
    path("desk/agents/", identity_views.agents, name="agents"),
    path("desk/agents/add/", identity_views.add_agent, name="add_agent"),
    path("desk/agents/<int:membership_id>/end/", identity_views.end_agency, name="end_agency"),
    path("cartable/", cartable_views.index, name="cartable"),
    path("cartable/<str:tracking_code>/", cartable_views.report, name="report"),
    path("cartable/<str:tracking_code>/copy/", cartable_views.request_copy, name="copy"),
    path("cartable/<str:tracking_code>/withdraw/", cartable_views.withdraw, name="withdraw"),
    path("cartable/<str:tracking_code>/documents/", document_views.upload, name="upload"),
    path(
        "cartable/<str:tracking_code>/documents/<int:document_id>/",
        document_views.document,
        name="document",
    ),
    path("uploads/", tus_views.parts, name="parts"),
    path("uploads/<uuid:key>/", tus_views.part, name="part"),
    path("track/", tracking_views.track, name="track"),
]
