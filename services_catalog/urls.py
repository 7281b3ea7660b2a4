"""URLs of the catalog («برگه شماره ۲»)."""

from django.urls import path

from services_catalog import views

app_name = "services"
urlpatterns = [
    path("", views.show_catalog, name="index"),
    path("print/", views.serve_printed, name="print"),
    path("<slug:code>/", views.show_service, name="detail"),
]
