"""Where letters are fetched and checked (design §6)."""

from django.urls import path

from letters import views

app_name = "letters"
urlpatterns = [
    path("cartable/<str:tracking_code>/letter/", views.letter, name="letter"),
    path("verify/", views.verify_form, name="verify_form"),
    path("verify/<str:code>/", views.verify, name="verify"),
]
