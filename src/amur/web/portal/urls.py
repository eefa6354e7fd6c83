"""Addresses of the portal."""

from django.urls import path

from amur.web.portal import (
    actions,
    applying,
    cases,
    documents,
    draws,
    home,
    notices,
    paperforms,
    registers,
    search,
    services,
    supplement,
    webhooks,
)

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("search/", search.search, name="search"),
    path("services/<slug:service>/", services.service, name="service"),
    path("services/<slug:service>/apply/", applying.begin, name="begin"),
    path("services/<slug:service>/form.pdf", paperforms.blank, name="paper_form"),
    path("apply/<uuid:draft_id>/", applying.resume, name="resume"),
    path("apply/<uuid:draft_id>/check/", applying.check, name="check"),
    path("apply/<uuid:draft_id>/form.pdf", paperforms.filled, name="paper_draft"),
    path("apply/<uuid:draft_id>/receipt/", applying.receipt, name="receipt"),
    path("apply/<uuid:draft_id>/<slug:step>/", applying.step, name="step"),
    path("track/", cases.track, name="track"),
    path("cases/<str:number>/", cases.status, name="case"),
    path("cases/<str:number>/documents/<str:document_number>/", documents.document, name="document"),
    path("cases/<str:number>/documents/<str:document_number>.pdf", documents.document_pdf, name="document_pdf"),
    path("cases/<str:number>/documents/<str:document_number>.json", documents.document_proof, name="proof"),
    path("cases/<str:number>/documents/<str:document_number>/acknowledge/", documents.acknowledge, name="acknowledge"),
    path("cases/<str:number>/online-service/", documents.online_service, name="online_service"),
    path("cases/<str:number>/items/<int:place>/", supplement.item, name="item"),
    path("cases/<str:number>/channels/", notices.channels, name="channels"),
    path("cases/<str:number>/<slug:event>/", actions.act, name="act"),
    path("draws/", draws.draws, name="draws"),
    path("draws/<str:number>/", draws.draw, name="draw"),
    path("notices/", notices.inbox, name="notices"),
    path("notices/<int:notice_id>/", notices.notice, name="notice"),
    path("registers/", registers.registers, name="registers"),
    path("registers/<slug:register_id>/", registers.register, name="register"),
    path("registers/<slug:register_id>/<path:key>/versions/<int:number>/", registers.version, name="version"),
    path("registers/<slug:register_id>/<path:key>/", registers.record, name="record"),
    path("webhooks/", webhooks.webhooks, name="webhooks"),
    path("webhooks/<uuid:subscription_id>/", webhooks.webhook, name="webhook"),
]
