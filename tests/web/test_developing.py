"""Under ``amur dev`` each page says what is wrong with the pack, and asks for a new edition."""

from __future__ import annotations

import json

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from amur.base.faults import Fault
from amur.web import developing

PAGE = '<!doctype html><html class="x" lang="zh-hans"><body class="y"><p>灯</p></body></html>'
FAULT = Fault("a<b>.yaml", 3, "policy.body", "unknown body 'watch'", "declare it in bodies.yaml")


@pytest.fixture
def ask(tmp_path, settings):
    settings.DATA = tmp_path

    def get(path: str = "/", answer: HttpResponse | None = None, **asked: str) -> HttpResponse:
        middleware = developing.DevelopmentMiddleware(lambda _: answer or HttpResponse(PAGE))
        return middleware(RequestFactory().get(path, asked))

    return get


def test_a_pack_with_faults_has_them_at_the_top_of_the_page_in_its_language(ask, tmp_path):
    developing.note(tmp_path, "abc", [FAULT])
    page = ask().content.decode()
    assert page.index("<body") < page.index("政策包有 1 处要改") < page.index("<p>灯</p>")
    assert "a&lt;b&gt;.yaml:3: [policy.body] 单位“watch”没有声明；请在 bodies.yaml 里声明" in page
    assert 'data-amur-dev="abc"' in page
    assert "<script src=" in page
    assert "<script>" not in page


def test_a_pack_without_faults_has_a_hidden_bar_that_asks(ask, tmp_path):
    assert " hidden>" in ask().content.decode()
    developing.note(tmp_path, "abc", [])
    answer = HttpResponse(PAGE)
    answer.headers["Content-Length"] = str(len(PAGE.encode()))
    dressed = ask(answer=answer)
    assert int(dressed.headers["Content-Length"]) == len(dressed.content) > len(PAGE.encode())


def test_pages_are_told_which_release_runs_and_what_is_wrong(ask, tmp_path):
    developing.note(tmp_path, "abc", [FAULT])
    told = json.loads(ask(developing.ADDRESS, language="en").content)
    assert told["release"] == "abc"
    assert told["lines"] == ["a<b>.yaml:3: [policy.body] unknown body 'watch'; declare it in bodies.yaml"]
    assert "has 1 fault;" in told["head"]


def test_what_is_no_page_goes_through_untouched(ask):
    stream = StreamingHttpResponse(iter([b"<body>"]))
    assert ask(answer=stream) is stream
    assert ask(answer=HttpResponse("a,b", content_type="text/csv")).content == b"a,b"


def test_without_amur_dev_nothing_of_it_is_there(client, settings):
    assert not any("developing" in name for name in settings.MIDDLEWARE)
    assert client.get(developing.ADDRESS).status_code == 404
