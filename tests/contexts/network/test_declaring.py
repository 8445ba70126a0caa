"""Declaring by hand who should serve whom."""

from datetime import date, timedelta

import pytest

from clientela.kernel.journal import facts_about, thing
from clientela.kernel.policies import HiddenError, NotAllowedError
from clientela.network.actions import DeclarationError, declare_line, end_line
from clientela.network.models import DeclaredLine
from clientela.network.queries.declared_lines import declared_lines
from tests.shop import Shop

TODAY = date(2026, 11, 23)


def declared(shop: Shop, who: str = "carmen", **more: object) -> int:
    told = {
        "provider_id": shop.world.id_of("it"),
        "customer_id": shop.care_id,
        "what": "Laptops for new colleagues",
        "starts_on": TODAY,
        **more,
    }
    return declare_line(by=getattr(shop.world, who), at=shop.at, **told)  # type: ignore[arg-type]


@pytest.mark.parametrize("who", ["ana", "ioana", "zofia"])
def test_only_the_owner_and_administrators_declare_and_end(shop: Shop, who: str) -> None:
    with pytest.raises(NotAllowedError):
        declared(shop, who)
    assert not DeclaredLine.objects.exists()
    number = declared(shop)
    with pytest.raises(NotAllowedError):
        end_line(by=getattr(shop.world, who), at=shop.at, line_id=number)
    assert DeclaredLine.objects.get().ends_on is None


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"customer_id": None}, "customer"),
        ({"customer_id": None, "segment": "nobody"}, "customer"),
        ({"segment": "households"}, "customer"),
        ({"what": "   "}, "what"),
        ({"ends_on": TODAY - timedelta(days=1)}, "ends_on"),
    ],
)
def test_what_cannot_be_declared_names_its_field(shop: Shop, more: dict[str, object], field: str) -> None:
    with pytest.raises(DeclarationError) as refused:
        declared(shop, **more)
    assert refused.value.field == field
    assert not DeclaredLine.objects.exists()


def test_a_department_does_not_serve_itself_nor_one_that_is_not_there(shop: Shop) -> None:
    with pytest.raises(DeclarationError):
        declared(shop, provider_id=shop.care_id)
    with pytest.raises(HiddenError):
        declared(shop, provider_id=0)


def test_the_same_is_not_declared_twice_for_the_same_days(shop: Shop) -> None:
    declared(shop, ends_on=TODAY + timedelta(days=5))
    with pytest.raises(DeclarationError) as refused:
        declared(shop, what=" laptops for NEW colleagues ", starts_on=TODAY + timedelta(days=5))
    assert refused.value.field == "what"
    declared(shop, starts_on=TODAY + timedelta(days=6))
    declared(shop, what="Telephones")
    assert DeclaredLine.objects.count() == 3


def test_a_line_is_declared_and_ended_with_a_fact_each(shop: Shop) -> None:
    number = declared(shop, "vera", customer_id=None, segment="households", starts_on=TODAY - timedelta(days=9))
    (line,) = declared_lines(shop.world.ana, at=shop.at).lines
    assert (line.id, line.provider.key, line.customer, line.segment) == (number, "it", None, "households")
    end_line(by=shop.world.carmen, at=shop.at, line_id=number)
    assert DeclaredLine.objects.get().ends_on == TODAY - timedelta(days=1)
    assert declared_lines(shop.world.ana, at=shop.at).lines == ()
    with pytest.raises(HiddenError):
        end_line(by=shop.world.carmen, at=shop.at, line_id=number)
    verbs = [fact.verb for fact in facts_about(thing("declared_line", number), limit=5)]
    assert verbs == ["dependence_declaration_ended", "dependence_declared"]


def test_a_line_that_has_not_begun_is_taken_away(shop: Shop) -> None:
    end_line(by=shop.world.carmen, at=shop.at, line_id=declared(shop))
    assert not DeclaredLine.objects.exists()


def test_a_customer_sees_no_lines_and_a_colleague_may_not_declare(shop: Shop) -> None:
    with pytest.raises(HiddenError):
        declared_lines(shop.world.zofia, at=shop.at)
    assert not declared_lines(shop.world.ana, at=shop.at).may_declare
    assert declared_lines(shop.world.vera, at=shop.at).may_declare
