"""The applicant's menu and the search."""

from django.urls import path

from home import views

app_name = "home"
urlpatterns = [
    path("desk/", views.desk, name="desk"),
    path("search/", views.search, name="search"),
]
