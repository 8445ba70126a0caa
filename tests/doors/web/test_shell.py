"""The shell around the pages: places, theme, language, headers, and the pages for what went wrong."""

import re
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import override_settings

from clientela.web.components.toasts import say
from clientela.web.components.views import choose_language, choose_theme
from clientela.web.security import SecurityHeadersMiddleware, as_file_from_outside, as_framed_letter
from tests.doors.web.rendering import SATURDAY_NOON, Reader, request_of

PACKAGE = Path(__file__).resolve().parents[3] / "clientela"


whole_house = override_settings(ROOT_URLCONF="tests.doors.web.whole_house")


def shown(template: str, viewer: Reader | None, **context: Any) -> str:
    request = context.pop("request", None) or request_of(viewer)
    return render_to_string(template, {"viewer": viewer, "at": SATURDAY_NOON, **context}, request)


def places_in(html: str) -> list[str]:
    return re.findall(r'<a href="([^"]+)"', html.split('<nav class="c-nav"')[1].split("</nav>", maxsplit=1)[0])


@whole_house
def test_a_stranger_sees_no_place_of_the_house_but_the_portal() -> None:
    html = shown("base.html", None)
    assert places_in(html) == ["/ask"]
    assert "c-bar" not in html
    assert 'role="search"' not in html
    assert 'href="/in"' in html


@whole_house
def test_a_customer_let_in_by_a_letter_sees_no_place_of_the_house_but_the_portal() -> None:
    assert places_in(shown("base.html", Reader(is_employee=False))) == ["/ask"]


@whole_house
def test_a_colleague_sees_all_places_but_letters_and_settings() -> None:
    html = shown("base.html", Reader(), place="requests")
    assert places_in(html) == ["/day", "/requests", "/people", "/map", "/ask"]
    assert '<a href="/requests" aria-current="page">' in html
    assert html.count('aria-current="page"') == 2  # above, and in the bar of a phone


@whole_house
def test_an_administrator_sees_letters_and_settings_too() -> None:
    assert {"/letters", "/settings"} <= set(places_in(shown("base.html", Reader(is_administrator=True))))


@whole_house
def test_an_owner_sees_letters_but_not_settings() -> None:
    places = places_in(shown("base.html", Reader(is_owner=True)))
    assert "/letters" in places
    assert "/settings" not in places


@override_settings(ROOT_URLCONF="tests.doors.web.empty_house")
def test_a_place_that_is_not_there_is_not_shown() -> None:
    assert places_in(shown("base.html", Reader(is_administrator=True))) == []


@whole_house
def test_the_partial_of_a_page_is_its_main_part_and_what_was_done() -> None:
    request = request_of(Reader())
    say(request, "Sent to Zofia.")
    html = shown("partial.html", Reader(), request=request)
    assert "<html" not in html
    assert '<div hx-swap-oob="beforeend:#toasts"><div class="c-toast" data-toast><span>Sent to Zofia.</span>' in html


@whole_house
@pytest.mark.parametrize("template", ["base.html", "portal_base.html", "bare.html"])
def test_a_page_carries_no_inline_script_or_style(template: str) -> None:
    html = shown(template, Reader())
    assert re.findall(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|javascript:", html) == []
    assert '"allowEval":false' in html
    assert '"includeIndicatorStyles":false' in html


@pytest.mark.parametrize("template", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"])
def test_a_page_for_what_went_wrong_needs_nothing(template: str) -> None:
    html = render_to_string(template)
    assert html.count("<h1") == 1
    assert 'href="/"' in html


def test_the_page_for_our_own_mistakes_runs_no_template_code() -> None:
    source = (PACKAGE / "web" / "templates" / "500.html").read_text(encoding="utf-8")
    assert "{" not in source
    assert re.findall(r'lang="(\w+)"', source) == ["en", "ro", "pl", "es"]


def test_a_refusal_says_its_reason() -> None:
    assert "Only Care may answer." in render_to_string("403.html", {"reason": "Only Care may answer."})


def posted(data: dict[str, str]) -> HttpRequest:
    request = request_of(None)
    request.method = "POST"
    request.POST = data
    request.session = {}
    return request


@pytest.mark.parametrize("theme", ["", "pink", "dark; path=/"])
def test_what_is_not_a_theme_is_not_kept(theme: str) -> None:
    response = choose_theme(posted({"theme": theme, "next": "/map"}))
    assert response["Location"] == "/map"
    assert "theme" not in response.cookies


def test_the_theme_is_kept_in_the_browser_and_worn_by_the_page() -> None:
    response = choose_theme(posted({"theme": "dark", "next": "/map"}))
    assert response.cookies["theme"].value == "dark"
    request = request_of(Reader())
    request.COOKIES["theme"] = "dark"
    assert 'data-bs-theme="dark"' in shown("bare.html", Reader(), request=request)


def test_without_a_choice_the_device_decides() -> None:
    assert 'data-bs-theme="auto"' in shown("bare.html", None)


@pytest.mark.parametrize("address", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_a_choice_never_leads_to_another_site(address: str) -> None:
    assert choose_theme(posted({"theme": "dark", "next": address}))["Location"] == "/"
    assert choose_language(posted({"language": "pl", "next": address}))["Location"] == "/"


def test_a_language_that_is_not_ours_is_not_kept() -> None:
    request = posted({"language": "tlh"})
    choose_language(request)
    assert request.session == {}


def test_the_language_is_kept_for_the_session() -> None:
    request = posted({"language": "pl"})
    choose_language(request)
    assert request.session == {"language": "pl"}


def test_a_choice_is_a_post() -> None:
    assert choose_theme(request_of(None)).status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert choose_language(request_of(None)).status_code == HTTPStatus.METHOD_NOT_ALLOWED


def headers_of(answer: HttpResponse) -> dict[str, str]:
    return dict(SecurityHeadersMiddleware(lambda _request: answer)(request_of(None)).headers)


def test_a_page_may_run_and_show_only_what_is_ours_and_stand_in_no_frame() -> None:
    headers = headers_of(HttpResponse())
    assert headers["Content-Security-Policy"] == (
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; frame-src 'self'; manifest-src 'self'; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    )
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


def test_a_letter_in_its_frame_may_run_nothing_and_send_nothing() -> None:
    headers = headers_of(as_framed_letter(HttpResponse()))
    assert headers["Content-Security-Policy"] == (
        "default-src 'none'; img-src 'self' data:; style-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
    )
    assert headers["X-Frame-Options"] == "SAMEORIGIN"


def test_a_file_from_outside_is_sandboxed() -> None:
    headers = headers_of(as_file_from_outside(HttpResponse()))
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
    assert headers["X-Frame-Options"] == "DENY"


def test_the_headers_stand_in_the_projects_middleware() -> None:
    assert "clientela.web.security.SecurityHeadersMiddleware" in settings.MIDDLEWARE
