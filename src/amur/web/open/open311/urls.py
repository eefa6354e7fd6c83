"""Addresses of Open311, each for both forms; without an ending it is XML, which the standard always wants."""

from django.urls import re_path

from amur.web.open.open311 import reading, sending
from amur.web.open.open311.gate import answering

_ENDING = r"(?:\.(?P<ending>xml|json))?$"
_V2 = r"^open311/v2/"

urlpatterns = [
    re_path(rf"^open311/discovery{_ENDING}", answering(get=reading.discovery), name="open311_discovery"),
    re_path(rf"{_V2}services{_ENDING}", answering(get=reading.services), name="open311_services"),
    re_path(rf"{_V2}services/(?P<code>[^/.]+){_ENDING}", answering(get=reading.service), name="open311_service"),
    re_path(rf"{_V2}requests{_ENDING}", answering(get=reading.reports, post=sending.send), name="open311_requests"),
    re_path(rf"{_V2}requests/(?P<number>[^/.]+){_ENDING}", answering(get=reading.report), name="open311_request"),
    re_path(rf"{_V2}tokens/(?P<code>[^/.]+){_ENDING}", answering(get=reading.token), name="open311_token"),
    re_path(r"^open311/(?P<rest>.*)$", answering(get=reading.nowhere), name="open311_nowhere"),
]
