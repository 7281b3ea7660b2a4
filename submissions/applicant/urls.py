"""URLs of the applicant's pages."""

from django.urls import path

from submissions.applicant import (
    cartable_views,
    contract_views,
    document_views,
    draft_views,
    hand_in_views,
    identity_views,
    new_request_views,
    tracking_views,
    tus_views,
    undoing_views,
    waiting_views,
)

app_name = "submissions"
urlpatterns = [
    path("desk/contract/", contract_views.register_contract, name="contract"),
    path("desk/request/", new_request_views.start_request, name="start"),
    path("desk/request/<str:tracking_code>/save/", draft_views.autosave_group, name="autosave"),
    path("desk/request/<str:tracking_code>/done/", hand_in_views.show_done, name="done"),
    path("desk/request/<str:tracking_code>/<slug:group>/", draft_views.edit_group, name="draft"),
    path("desk/identity/", identity_views.verify_identity, name="identity"),
    path("desk/identity/succession/", identity_views.succeed_owner, name="succession"),
    path("desk/identity/another/", identity_views.start_another_party, name="another_party"),
    path("desk/agents/", identity_views.show_agents, name="agents"),
    path("desk/agents/add/", identity_views.add_agent, name="add_agent"),
    path("desk/agents/<int:membership_id>/end/", identity_views.end_agency, name="end_agency"),
    path("cartable/", cartable_views.show_cartable, name="cartable"),
    path("cartable/<str:tracking_code>/", cartable_views.show_report, name="report"),
    path("cartable/<str:tracking_code>/copy/", cartable_views.request_copy, name="copy"),
    path(
        "cartable/<str:tracking_code>/withdraw/", cartable_views.withdraw_request, name="withdraw"
    ),
    path("cartable/<str:tracking_code>/take-back/", undoing_views.take_back, name="take_back"),
    path("cartable/<str:tracking_code>/opened/", undoing_views.note_opening, name="opened"),
    path("cartable/<str:tracking_code>/documents/", document_views.upload_document, name="upload"),
    path(
        "cartable/<str:tracking_code>/documents/<int:document_id>/",
        document_views.serve_document,
        name="document",
    ),
    path(
        "cartable/<str:tracking_code>/documents/waiting/<str:requirement>/",
        waiting_views.handle_waiting,
        name="waiting",
    ),
    path("uploads/", tus_views.create_upload, name="parts"),
    path("uploads/<uuid:key>/", tus_views.handle_upload, name="part"),
    path("track/", tracking_views.track_request, name="track"),
]
