"""What the site's own scripts do in a browser: ask first, click by key, draw without markup."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

import vendor
from browser import opened

if TYPE_CHECKING:
    from collections.abc import Iterator

STATIC = vendor.VENDOR.parent / "shangji"
HOSTILE = "<img src=x onerror=window.hit=1>"
FORM = """<meta name="csrf-token" content="token-of-the-page"><div id="messages"></div>
<form id="act"><input id="words" name="words"><button id="go" name="act" value="return"
 data-confirm="确定退回？">退回</button></form>
<a href="#next" data-key="j">下一个</a><span data-count-for="words"></span>
<div class="field wrong"><input id="bad"></div>"""


@pytest.fixture
def page(chromium: Any) -> Iterator[Any]:
    with opened(chromium) as (shown, seen):
        yield shown
        assert not seen.faults


def load(page: Any, body: str, *scripts: Any) -> None:
    page.set_content(body)
    for script in scripts:
        page.add_script_tag(path=script)
    page.evaluate("document.dispatchEvent(new Event('DOMContentLoaded'))")


def test_a_form_is_sent_only_after_the_question_is_answered_with_yes(page: Any) -> None:
    load(page, FORM, STATIC / "site.js")
    page.evaluate("""window.sent = []; act.addEventListener('submit', (event) => {
        event.preventDefault(); window.sent.push(event.submitter && event.submitter.value); })""")
    page.click("#go")
    assert page.inner_text("dialog.ask p") == "确定退回？"
    page.click("dialog.ask button >> text=取消")
    assert page.evaluate("window.sent") == []
    page.click("#go")
    page.click("dialog.ask button >> text=确定")
    assert page.evaluate("window.sent") == ["return"]
    assert page.query_selector("dialog.ask") is None


def test_a_key_clicks_but_not_while_somebody_writes(page: Any) -> None:
    load(page, FORM, STATIC / "site.js")
    assert page.evaluate("document.activeElement.id") == "bad"  # led to what is wrong
    page.focus("#words")
    page.keyboard.press("j")
    assert page.evaluate("location.hash") == ""
    assert page.inner_text("[data-count-for]") == "1"
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("j")
    assert page.evaluate("location.hash") == "#next"


def test_htmx_sends_the_token_and_a_failure_is_told(page: Any) -> None:
    load(page, FORM, STATIC / "site.js")
    headers = page.evaluate("""() => { const told = {verb: 'post', headers: {}};
        document.dispatchEvent(new CustomEvent('htmx:configRequest', {detail: told}));
        const failed = {detail: {xhr: {status: 500}}};
        document.dispatchEvent(new CustomEvent('htmx:responseError', failed));
        return told.headers; }""")
    assert headers == {"X-CSRFToken": "token-of-the-page"}
    assert "没有保存" in page.inner_text("#messages")


def test_a_chart_shows_names_as_text_and_what_is_not_known_hatched(page: Any) -> None:
    option = {
        "wan": True,
        "xAxis": {"type": "category", "data": [HOSTILE, "县教育局"]},
        "yAxis": {"type": "value"},
        "series": [
            {
                "type": "bar",
                "name": HOSTILE,
                "data": [12345.5, {"value": 2, "hatched": True, "words": HOSTILE}],
            }
        ],
    }
    shown = json.dumps(option).replace("<", "\\u003C")
    body = f"""<script id="c" type="application/json">{shown}</script>
        <div class="chart" data-chart="c" style="width: 600px; height: 300px"></div>"""
    load(page, body, vendor.VENDOR / "echarts" / "echarts.min.js", STATIC / "charts.js")
    assert page.query_selector("pattern") is not None
    for at in (0, 1):
        page.evaluate(f"""echarts.getInstanceByDom(document.querySelector('.chart'))
            .dispatchAction({{type: 'showTip', seriesIndex: 0, dataIndex: {at}}})""")
        page.wait_for_timeout(100)
        assert HOSTILE in page.inner_text(".chart")
        if at == 0:
            assert "12,345.50 万元" in page.inner_text(".chart")
    assert page.query_selector(".chart img") is None
    assert page.evaluate("window.hit") is None
