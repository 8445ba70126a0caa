"""The store follows the journal: what it holds is what the database holds, whatever happened in between."""

import gc
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction

from clientela.catalogue import exports as catalogue
from clientela.kernel.analytics import keeping
from clientela.kernel.analytics.contracts import Column
from clientela.kernel.analytics.engines import connect, table
from clientela.kernel.analytics.keeping import keep_up, rebuild
from clientela.kernel.analytics.manifest import StoreUnreadableError, read_manifest, write_manifest
from clientela.kernel.environment import read_analytics
from clientela.kernel.journal import record, thing
from clientela.kernel.models import FollowerCursor
from clientela.requests import actions
from clientela.requests.actions.history import write_history
from clientela.requests.models import Leg
from tests.contexts.kernel.analytics.stores import LEGS, catch_up, differences, in_store
from tests.contexts.requests.test_history import stories
from tests.following import let_older_transactions_end
from tests.shop import Shop

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_first_run_writes_everything_there_is(shop: Shop, tmp_path: Path) -> None:
    write_history(stories(shop), until=shop.after(200))
    kept = catch_up(tmp_path, at=shop.after(200))
    assert kept.filled == (
        "departments",
        "staffing",
        "clocks",
        "services",
        "declared",
        "requests",
        "legs",
        "purchases",
        "voices",
    )
    assert differences(tmp_path, at=shop.after(200)) == {}
    assert len(in_store(tmp_path, "requests")) > 5


def test_what_happens_afterwards_is_written_as_it_happens(shop: Shop, tmp_path: Path) -> None:
    catch_up(tmp_path, at=shop.at)
    assert in_store(tmp_path, "requests") == []
    opened = shop.ask_repair()
    assert catch_up(tmp_path, at=shop.after(1)).facts > 0
    (row,) = in_store(tmp_path, "requests")
    assert (row["request_id"], row["state"], row["segment"], row["customer_department_id"]) == (
        opened.id,
        "open",
        "households",
        None,
    )
    asked = shop.ask_workshop(opened.id, at=shop.after(1))
    actions.take_request(by=shop.world.stefan, at=shop.after(2), request_id=asked.id)
    catch_up(tmp_path, at=shop.after(2))
    assert differences(tmp_path, at=shop.after(2)) == {}
    assert [(row["request_id"], row["root_id"], row["parent_id"]) for row in in_store(tmp_path, "requests")] == [
        (opened.id, opened.id, None),
        (asked.id, opened.id, opened.id),
    ]


def test_nothing_new_starts_no_process_and_writes_nothing(shop: Shop, tmp_path: Path) -> None:
    shop.ask_repair()
    catch_up(tmp_path, at=shop.after(1))
    before = read_manifest(tmp_path)
    assert catch_up(tmp_path, at=shop.after(2)).facts == 0
    assert read_manifest(tmp_path) == before


def test_a_store_written_anew_has_the_same_rows(shop: Shop, tmp_path: Path) -> None:
    catch_up(tmp_path, at=shop.at)
    write_history(stories(shop), until=shop.after(200))
    catch_up(tmp_path, at=shop.after(200))
    names = ("clocks", "requests", "legs", "staffing")
    followed = {name: in_store(tmp_path, name) for name in names}
    rebuild(at=shop.after(201), folder=tmp_path)
    assert {name: in_store(tmp_path, name) for name in names} == followed
    # And the files of before are kept for those who read them, two hours long.
    retired = {one.path for one in read_manifest(tmp_path).retired}
    assert retired
    assert all((tmp_path / path).exists() for path in retired)
    catch_up(tmp_path, at=shop.after(201) + timedelta(hours=3))
    assert not any((tmp_path / path).exists() for path in retired)
    assert differences(tmp_path, at=shop.after(205)) == {}


def test_rows_that_are_gone_are_gone_from_the_store(shop: Shop, tmp_path: Path) -> None:
    opened = shop.ask_repair()
    catch_up(tmp_path, at=shop.after(1))
    assert len(in_store(tmp_path, "legs")) == 1
    with transaction.atomic():
        Leg.objects.filter(request=opened.id).delete()
        record(verb="request_weighed", by=None, at=shop.after(2), about=[thing("request", opened.id)])
    let_older_transactions_end()
    FollowerCursor.objects.filter(name=LEGS.name).update(xid=2**62)
    keep_up(at=shop.after(2), folder=tmp_path)
    assert in_store(tmp_path, "legs") == []
    assert len(in_store(tmp_path, "requests")) == 1


def test_a_link_made_later_moves_the_roots_of_all_below(shop: Shop, tmp_path: Path) -> None:
    above, below = shop.ask_repair(), shop.ask_repair(by=shop.world.radu)
    asked = shop.ask_workshop(below.id, at=shop.after(1))
    catch_up(tmp_path, at=shop.after(1))
    roots = {row["request_id"]: row["root_id"] for row in in_store(tmp_path, "requests")}
    assert roots == {above.id: above.id, below.id: below.id, asked.id: below.id}
    actions.link_requests(by=shop.world.ana, at=shop.after(2), request_id=above.id, needed_id=below.id)
    catch_up(tmp_path, at=shop.after(2))
    roots = {row["request_id"]: row["root_id"] for row in in_store(tmp_path, "requests")}
    assert roots == {above.id: above.id, below.id: above.id, asked.id: above.id}
    assert differences(tmp_path, at=shop.after(2)) == {}


def test_nothing_is_read_before_the_legs_were_made(shop: Shop, tmp_path: Path) -> None:
    catch_up(tmp_path, at=shop.at)
    shop.ask_repair()
    let_older_transactions_end()
    assert keep_up(at=shop.after(1), folder=tmp_path).facts == 0
    assert catch_up(tmp_path, at=shop.after(1)).facts > 0


def test_a_table_with_another_column_is_written_anew_and_refused_until_then(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = shop.ask_repair()
    catch_up(tmp_path, at=shop.after(1))
    (services,) = [one for one in catalogue.TABLES if one.table.name == "services"]
    columns = (*services.table.columns, Column("takes_mail", "bool"))
    more = replace(
        services,
        table=replace(services.table, columns=columns),
        rows=services.rows.replace("audience,", "audience, takes_mail,"),
    )
    monkeypatch.setattr(catalogue, "TABLES", (more,))
    with pytest.raises(StoreUnreadableError, match="of an earlier version"):
        in_store(tmp_path, "services")
    assert catch_up(tmp_path, at=shop.after(2)).filled == ("services",)
    assert {row["key"]: row["takes_mail"] for row in in_store(tmp_path, "services")}["repair"] is True
    assert [row["request_id"] for row in in_store(tmp_path, "requests")] == [opened.id]


def test_a_store_of_another_house_is_written_anew(shop: Shop, tmp_path: Path) -> None:
    catch_up(tmp_path, at=shop.at)
    write_manifest(tmp_path, replace(read_manifest(tmp_path), house="another"))
    shop.ask_repair()
    assert "requests" in catch_up(tmp_path, at=shop.after(1)).filled
    assert differences(tmp_path, at=shop.after(1)) == {}


def test_a_new_week_has_its_rows_without_a_fact(shop: Shop, tmp_path: Path) -> None:
    catch_up(tmp_path, at=shop.at)
    before = {row["week_on"] for row in in_store(tmp_path, "staffing")}
    catch_up(tmp_path, at=shop.at + timedelta(days=7))
    after = {row["week_on"] for row in in_store(tmp_path, "staffing")}
    assert after - before == {shop.at.date() + timedelta(days=7)}


def test_files_are_put_together_beside_a_reader(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MOST_NEWER", 2)
    opened = shop.ask_repair()
    catch_up(tmp_path, at=shop.after(1))
    actions.take_request(by=shop.world.ana, at=shop.after(2), request_id=opened.id)
    catch_up(tmp_path, at=shop.after(2))
    settings = read_analytics({"CLIENTELA_HOME": str(tmp_path), "CLIENTELA_ANALYTICS_MEMORY_MB": "512"})
    engine = connect(str(tmp_path), settings=settings)
    seen = table(engine, "requests")  # a reader who began before
    for hours in (3, 4):
        shop.ask_repair(at=shop.after(hours))
        catch_up(tmp_path, at=shop.after(hours))
    stored = read_manifest(tmp_path).tables["requests"]
    assert (len(stored.base), stored.newer, stored.touched) == (1, (), ())
    assert seen.count().to_pyarrow().as_py() == 1
    assert differences(tmp_path, at=shop.after(4)) == {}
    assert len(in_store(tmp_path, "requests")) == 3


def test_two_engines_read_two_stores(shop: Shop, tmp_path: Path) -> None:
    catch_up(tmp_path / "one", at=shop.at)
    shop.ask_repair()
    catch_up(tmp_path / "two", at=shop.after(1))
    settings = read_analytics({"CLIENTELA_HOME": str(tmp_path), "CLIENTELA_ANALYTICS_MEMORY_MB": "512"})
    one, two = (connect(str(tmp_path / name), settings=settings) for name in ("one", "two"))
    assert (
        table(one, "requests").count().to_pyarrow().as_py(),
        table(two, "requests").count().to_pyarrow().as_py(),
    ) == (0, 1)
    del two
    gc.collect()
    assert table(one, "requests").count().to_pyarrow().as_py() == 0
