"""The applicant's menu, the search, and what search engines ask for."""

from django.urls import path

from home import sitemap, views

app_name = "home"
urlpatterns = [
    path("desk/", views.desk, name="desk"),
    path("search/", views.search, name="search"),
    path("robots.txt", sitemap.robots, name="robots"),
    path("sitemap.xml", sitemap.sitemap, name="sitemap"),
]
