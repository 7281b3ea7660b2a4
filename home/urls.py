"""URLs of the applicant's menu, the search, ``robots.txt`` and the sitemap."""

from django.urls import path

from home import sitemap, views

app_name = "home"
urlpatterns = [
    path("desk/", views.show_desk, name="desk"),
    path("search/", views.show_search, name="search"),
    path("robots.txt", sitemap.serve_robots, name="robots"),
    path("sitemap.xml", sitemap.serve_sitemap, name="sitemap"),
]
