"""URLs of the letter's download and of its verification."""

from django.urls import path

from letters import proof_views, views
from letters.attachments.views import serve_attachment

app_name = "letters"
urlpatterns = [
    path("cartable/<str:tracking_code>/letter/", views.serve_letter, name="letter"),
    path(
        "cartable/<str:tracking_code>/letter/attachments/<int:key>/",
        serve_attachment,
        name="attachment",
    ),
    path("verify/", proof_views.verify_form, name="verify_form"),
    path("verify/<str:code>/", proof_views.show_verification, name="verify"),
    path("verify/<str:code>/file/", proof_views.compare_with_file, name="compare"),
    path("verify/<str:code>/report/", proof_views.send_report, name="report"),
    path("verify/<str:code>/report.json", proof_views.send_report_data, name="report_data"),
]
