"""The applicant's addresses (design §6)."""

from django.urls import include, path

from submissions.views import cartable, contract, drafting, resumable, tracking, uploads

app_name = "submissions"
urlpatterns = [
    path("desk/", include("submissions.identity_urls")),
    path("desk/contract/", contract.contract, name="contract"),
    path("desk/request/", drafting.start, name="start"),
    path("desk/request/<str:tracking_code>/save/", drafting.autosave, name="autosave"),
    path("desk/request/<str:tracking_code>/done/", drafting.done, name="done"),
    path("desk/request/<str:tracking_code>/<slug:group>/", drafting.group, name="draft"),
    path("cartable/", cartable.index, name="cartable"),
    path("cartable/<str:tracking_code>/", cartable.report, name="report"),
    path("cartable/<str:tracking_code>/copy/", cartable.request_copy, name="copy"),
    path("cartable/<str:tracking_code>/withdraw/", cartable.withdraw, name="withdraw"),
    path("cartable/<str:tracking_code>/documents/", uploads.upload, name="upload"),
    path(
        "cartable/<str:tracking_code>/documents/<int:document_id>/",
        uploads.document,
        name="document",
    ),
    path("uploads/", resumable.parts, name="parts"),
    path("uploads/<uuid:key>/", resumable.part, name="part"),
    path("track/", tracking.track, name="track"),
]
