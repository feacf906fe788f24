"""Addresses: English words, years by their label, accounts by their number."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LogoutView
from django.urls import path
from django.views.i18n import set_language

from ledarna.views.sign_in import admin_sign_in, sign_in
from ledarna.views.year import home, year_page

urlpatterns = [
    path("", home, name="home"),
    path("year/<slug:label>/", year_page, name="year"),
    path("sign-in/", sign_in, name="sign-in"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("language/", login_not_required(set_language), name="set_language"),
    path("admin/login/", admin_sign_in),
    path("admin/", admin.site.urls),
]
