"""Addresses of the frame itself. Each door has its own ``urls``."""

from django.urls import path

from amur.web import display

urlpatterns = [path("display/", display.settings, name="display")]
