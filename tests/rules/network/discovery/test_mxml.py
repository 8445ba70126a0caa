"""The format before XES: who did what when in AuditTrailEntries, plain or packed; and hostile XML in it."""

from pathlib import Path

import pytest

from clientela.network.discovery import events, mxml
from tests.rules.network.discovery.logs import counts, discovered, notes, problem, written

ENTRY = (
    "<AuditTrailEntry>{data}<WorkflowModelElement>{did}</WorkflowModelElement><EventType>{step}</EventType>"
    "<Timestamp>2008-12-09T08:{minute:02}:01.527+01:00</Timestamp><Originator>{who}</Originator></AuditTrailEntry>"
)


def entry(did: str, who: str, minute: int, *, step: str = "complete", **data: str) -> str:
    given = "".join(f'<Attribute name="{name}">{value}</Attribute>' for name, value in data.items())
    return ENTRY.format(data=f"<Data>{given}</Data>" if given else "", did=did, who=who, minute=minute, step=step)


LOG = f"""<?xml version="1.0" encoding="UTF-8"?>
<!-- written by a program of 2008 -->
<WorkflowLog xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="WorkflowLog.xsd">
<Data><Attribute name="app.name">x</Attribute></Data><Source program="CPN Tools"/>
<Process id="P1" description="">
<ProcessInstance id="c1" description="a case"><Data><Attribute name="channel">web</Attribute></Data>
{entry("Open &amp; look", "Ana", 20, step="start", dept="Desk", Originator="not who did it")}
{entry("Repair", "Jan", 50, dept="Workshop")}
{entry("Pay", "Luz", 55, dept="Billing")}
</ProcessInstance>
<ProcessInstance id="c2">{entry("Pay", "Luz", 30, dept="Billing")}{entry("Open", "Ana", 10, dept="Desk")}
<AuditTrailEntry><WorkflowModelElement>Lost</WorkflowModelElement></AuditTrailEntry></ProcessInstance>
</Process>
<Process id="P2">
<ProcessInstance id="c1">{entry("Open", "Ana", 1)}{entry("Repair", "Jan", 2)}</ProcessInstance></Process>
</WorkflowLog>
"""


@pytest.mark.parametrize("name", ["log.mxml", "log.mxml.gz"])
def test_the_older_format_is_read_with_cases_persons_and_attributes(tmp_path: Path, name: str) -> None:
    path = written(tmp_path, LOG, name=name)
    found = discovered(path)
    assert (found.kind, found.by, found.rows, found.events, found.cases) == ("mxml", "resource", 8, 7, 3)
    assert counts(found) == {("Ana", "Jan"): 2, ("Jan", "Luz"): 1, ("Ana", "Luz"): 1}
    assert found.first_at == "2008-12-09T07:01:01Z"
    assert notes(found) == {"no_moment": (1, (6,))}
    assert {(e.giver, e.taker): e.median_wait_seconds for e in found.edges}["Ana", "Luz"] == 1200.0
    by_team = discovered(path, columns={"team": "dept", "case": "concept:name"})
    assert counts(by_team) == {("Desk", "Workshop"): 1, ("Workshop", "Billing"): 1, ("Desk", "Billing"): 1}
    assert discovered(path, transition="start").events == 1


def test_tags_of_older_programs_and_types_of_their_own_are_known(tmp_path: Path) -> None:
    text = LOG.replace("AuditTrailEntry", "Audit_Trail_Entry").replace("WorkflowModelElement", "Workflow_Model_Element")
    text = text.replace("<EventType>start<", '<EventType unknowntype="handed over">unknown<')
    found = discovered(written(tmp_path, text.replace("WorkflowLog", "Workflow_Log"), name="log.mxml"))
    assert (found.events, found.cases) == (7, 3)
    assert discovered(tmp_path / "log.mxml", transition="handed over").events == 1


def test_a_case_without_a_number_is_a_case_of_its_own(tmp_path: Path) -> None:
    found = discovered(written(tmp_path, LOG.replace(' id="c', ' name="c'), name="log.mxml"))
    assert (found.cases, notes(found)["nameless_cases"]) == (3, (3, ()))


@pytest.mark.parametrize(
    ("put", "code"),
    [
        ('<!DOCTYPE log [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>', "doctype"),
        ('<!DOCTYPE log [<!ENTITY secret SYSTEM "file:///etc/passwd">]>', "doctype"),
        ("<a>" * 200, "xml"),
    ],
)
def test_hostile_xml_is_refused_in_it_too(tmp_path: Path, put: str, code: str) -> None:
    before, tag, after = LOG.partition("<WorkflowLog")
    text = before + put + tag + after if code == "doctype" else LOG.replace("<Source", put + "<Source")
    assert problem(written(tmp_path, text, name="log.mxml")).code == code


def test_what_has_no_end_is_refused(tmp_path: Path) -> None:
    long = "x" * (mxml.LONGEST_TEXT + 1)
    assert problem(written(tmp_path, LOG.replace(">Repair<", f">{long}<"), name="log.mxml")).code == "xml"
    many = "".join(f'<Attribute name="a{n}">1</Attribute>' for n in range(events.MOST_ATTRIBUTES + 1))
    wide = LOG.replace('<Data><Attribute name="channel">', f'<Data>{many}<Attribute name="channel">')
    refused = problem(written(tmp_path, wide, name="log.mxml"))
    assert (refused.code, "more than 10,000 attributes" in str(refused)) == ("xml", True)


def test_a_log_that_is_cut_off_names_the_line_and_one_without_events_says_so(tmp_path: Path) -> None:
    refused = problem(written(tmp_path, LOG[: LOG.index("</Process>")], name="log.mxml"))
    assert (refused.code, str(refused).startswith("log.mxml, line ")) == ("xml", True)
    assert problem(written(tmp_path, "<WorkflowLog><Process/></WorkflowLog>", name="log.mxml")).code == "no_event"
    assert problem(written(tmp_path, "<Workflow/>", name="log.mxml")).code == "foreign"


def test_a_case_of_very_many_events_is_one_case(tmp_path: Path) -> None:
    many = "".join(entry("Look", "Ana" if n % 2 else "Jan", n % 60) for n in range(events.MOST_WAITING + 500))
    text = f'<WorkflowLog><Process><ProcessInstance id="a">{many}</ProcessInstance></Process></WorkflowLog>'
    found = discovered(written(tmp_path, text, name="log.mxml"))
    assert (found.events, found.cases) == (events.MOST_WAITING + 500, 1)
