"""The catalog («برگه شماره ۲»)."""

from django.urls import path

from services_catalog import views

app_name = "services"
urlpatterns = [
    path("", views.index, name="index"),
    path("print/", views.printed, name="print"),
    path("<slug:code>/", views.detail, name="detail"),
]
