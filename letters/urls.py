"""URLs of the letter's download and of its verification."""

from django.urls import path

from letters import views

app_name = "letters"
urlpatterns = [
    path("cartable/<str:tracking_code>/letter/", views.serve_letter, name="letter"),
    path("verify/", views.verify_form, name="verify_form"),
    path("verify/<str:code>/", views.show_verification, name="verify"),
]
