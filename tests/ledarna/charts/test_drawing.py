from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.cache import caches
from django.utils.translation import override

from ledarna.charts import drawing
from ledarna.charts.drawing import digest_of, draw, number_locale
from ledarna.charts.look import NARROW, specification

A_NAME = "<script>alert(1)</script> & “Ö”"


def a_specification(name: str = A_NAME, amount: int = 1_234_567) -> drawing.Spec:
    return specification(
        NARROW,
        60,
        {"left": 90, "right": 0, "top": 0, "bottom": 30},
        [
            {
                "mark": {"type": "bar", "color": "var(--good)"},
                "encoding": {
                    "x": {"field": "amount", "type": "quantitative", "axis": {"format": ",.0f"}},
                    "y": {"field": "name", "type": "nominal"},
                    "href": {"field": "href"},
                    "description": {"field": "name"},
                },
            }
        ],
        data={"values": [{"name": name, "amount": amount, "href": f"{drawing.HERE}/year/2023/?a=1&b=2"}]},
    )


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    caches["charts"].clear()
    yield
    caches["charts"].clear()


@pytest.fixture(scope="module")
def svg() -> ElementTree.Element:
    return ElementTree.fromstring(draw(a_specification()))


def elements(svg: ElementTree.Element, tag: str) -> list[ElementTree.Element]:
    return list(svg.iter(f"{{{drawing.SVG}}}{tag}"))


def test_it_holds_neither_script_nor_style_nor_identifiers(svg: ElementTree.Element) -> None:
    assert not elements(svg, "script")
    assert not elements(svg, "style")
    for element in svg.iter():
        assert not {name for name in element.attrib if name in {"style", "id"} or name.startswith("on")}


def test_links_lead_into_the_site(svg: ElementTree.Element) -> None:
    assert [link.attrib["href"] for link in elements(svg, "a")] == ["/year/2023/?a=1&b=2"]


def test_a_mark_without_a_link_beside_marks_with_one_leads_nowhere() -> None:
    spec = dict(a_specification())
    spec["data"] = {"values": [*spec["data"]["values"], {"name": "utan", "amount": 5}]}
    svg = ElementTree.fromstring(draw(spec))
    assert [link.attrib["href"] for link in elements(svg, "a")] == ["/year/2023/?a=1&b=2"]
    assert "//" not in draw(spec).replace(drawing.SVG, "")


def test_names_are_text_and_never_markup(svg: ElementTree.Element) -> None:
    assert any(element.get("aria-label") == A_NAME for element in svg.iter())
    assert "<script" not in draw(a_specification())


def test_colours_are_tokens(svg: ElementTree.Element) -> None:
    colours = {element.get(name) for element in svg.iter() for name in ("fill", "stroke")}
    assert all(colour in {None, "none", "transparent"} or colour.startswith("var(--") for colour in colours)


def test_nothing_is_said_in_english_about_the_parts_of_a_drawing(svg: ElementTree.Element) -> None:
    said = {element.get("aria-label") for element in svg.iter()} - {None}
    assert said == {A_NAME}
    assert all("aria-roledescription" not in element.attrib for element in svg.iter())


def test_it_has_its_own_width(svg: ElementTree.Element) -> None:
    assert svg.attrib["width"] == str(NARROW.width)


def test_axes_are_written_in_the_readers_language() -> None:
    assert "1\u00a0000\u00a0000" in draw(a_specification())
    with override("en"):
        assert "1,000,000" in draw(a_specification())


def test_a_drawing_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    first = draw(a_specification())
    monkeypatch.setattr(drawing, "_converted", lambda *given: pytest.fail("drawn anew"))
    assert draw(a_specification()) == first


def test_another_amount_and_another_language_are_other_drawings() -> None:
    digests = {
        digest_of(spec, language)
        for spec in (a_specification(), a_specification(amount=1_234_568))
        for language in ("sv", "en")
    }
    assert len(digests) == 4


@pytest.mark.parametrize(("language", "thousands"), [("sv", "\u00a0"), ("en", ",")])
def test_numbers_follow_cldr_and_have_a_real_minus(language: str, thousands: str) -> None:
    locale: dict[str, Any] = number_locale(language)
    assert (locale["thousands"], locale["minus"]) == (thousands, "\u2212")
