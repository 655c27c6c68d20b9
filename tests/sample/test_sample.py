"""Invented returns: valid, the same every time, as many children as asked for, wrong when asked for."""

from __future__ import annotations

import copy
import io
import tracemalloc
from typing import Any

import pytest
from lxml import etree
from support.xsd import xsd

from csc_returns.sample import sample_records, write_sample
from csc_returns.sample.cin.mistakes import MISTAKES, Case, Memory
from csc_returns.sample.cin.setting import Setting
from csc_returns.sample.cin.whole_return import RETURN_MISTAKES
from csc_returns.sample.dice import Dice, Shares
from csc_returns.sample.upn import pupil_number, with_check_letter
from csc_returns.sample.write import AS_GIVEN, STRAY, layout, write_xml
from csc_returns.specification import specification, whole_specification

YEARS = whole_specification("cin").years


def sample(**wishes: Any) -> bytes:
    file = io.BytesIO()
    write_sample(file, **{"collection": "cin", "year": "2025-26", "children": 60, "seed": 1, "mistakes": 0.0, **wishes})
    return file.getvalue()


def tree(**wishes: Any) -> etree._Element:
    return etree.fromstring(sample(**wishes))


@pytest.mark.parametrize("seed", [1, 77])
@pytest.mark.parametrize("year", YEARS)
def test_a_clean_sample_is_valid(year: str, seed: int) -> None:
    schema = xsd(specification("cin", year))
    valid = schema.validate(tree(year=year, seed=seed, children=150))
    assert valid, schema.error_log


def test_the_schema_of_the_tests_can_tell_right_from_wrong() -> None:
    schema = xsd(specification("cin", "2025-26"))
    for change in ("order", "missing", "unknown", "code", "date"):
        root = tree(children=3)
        child = root.find(".//Child")
        assert child is not None
        episode = child.find("CINdetails")
        assert episode is not None
        if change == "order":
            episode.append(episode[0])
        elif change == "missing":
            child.remove(child[1])
        elif change == "unknown":
            etree.SubElement(episode, "Team").text = "North"
        elif change == "code":
            episode[1].text = "1a"
        else:
            episode[0].text = "31/03/2026"
        assert not schema.validate(root), change


def test_the_same_wishes_give_the_same_bytes() -> None:
    for mistakes in (0.0, 0.4):
        assert sample(mistakes=mistakes) == sample(mistakes=mistakes)


def test_mistakes_in_one_sample_leave_the_next_one_alone() -> None:
    before = sample()
    for seed in range(1, 8):
        sample(seed=seed, mistakes=1.0)
    assert sample() == before


def test_another_seed_or_year_gives_other_children() -> None:
    assert len({sample(), sample(seed=2), sample(year="2024-25"), sample(local_authority="330")}) == 4


def test_more_children_leave_the_first_ones_as_they_were() -> None:
    few, many = sample(children=10).splitlines(), sample(children=30).splitlines()
    assert many[: len(few) - 2] == few[:-2]


def test_it_looks_as_it_should() -> None:
    lines = sample(children=2).decode("utf-8").splitlines()
    assert lines[:5] == [
        "<?xml version='1.0' encoding='UTF-8'?>",
        "<Message>",
        "  <Header>",
        "    <CollectionDetails>",
        "      <Collection>CIN</Collection>",
    ]
    assert lines[-3:] == ["    </Child>", "  </Children>", "</Message>"]
    assert all(line.count("<") <= 2 for line in lines)
    assert not any(line.endswith("/>") for line in lines)


@pytest.mark.parametrize("year", YEARS)
def test_the_header_says_what_and_when_and_who(year: str) -> None:
    root = tree(year=year, children=1, local_authority="825")
    values = {element.tag: element.text for element in root.find("Header").iter() if element.text.strip()}  # type: ignore[union-attr]
    ends = int(year[:4]) + 1
    assert values["Collection"] == "CIN"
    assert values["Year"] == str(ends)
    assert values["ReferenceDate"] == f"{ends}-03-31"
    assert values["SourceLevel"] == "L"
    assert values["LEA"] == "825"


@pytest.mark.parametrize("children", [1, 2, 10, 137])
def test_there_are_as_many_children_as_asked_for(children: int) -> None:
    identifiers = [element.text for element in tree(children=children).iter("LAchildID")]
    assert len(identifiers) == len(set(identifiers)) == children


def test_children_are_made_only_when_they_are_asked_for() -> None:
    _, rows = sample_records(Setting("2025-26", "301"), children=1_000_000, seed=1, mistakes=0.2)
    assert next(rows)["ChildIdentifiers"]
    assert next(rows)["ChildIdentifiers"]


def test_memory_does_not_grow_with_the_children() -> None:
    class Nowhere(io.RawIOBase):
        def writable(self) -> bool:
            return True

        def write(self, data: Any) -> int:
            return len(data)

    def peak(children: int) -> int:
        tracemalloc.start()
        wishes = {"collection": "cin", "year": "2025-26", "seed": 1, "mistakes": 0.2}
        write_sample(Nowhere(), children=children, **wishes)  # type: ignore[arg-type]
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(20)
    assert peak(400) < peak(60) + 300_000


def test_a_large_sample_is_like_england() -> None:
    _, rows = sample_records(Setting("2025-26", "301"), children=3000, seed=5)
    children = list(rows)
    born = [child for child in children if "PersonBirthDate" in child["ChildIdentifiers"]]
    assert 0.01 < 1 - len(born) / len(children) < 0.035
    disabled = [child for child in born if set(_disabilities(child)) - {"NONE"}]
    assert 0.10 < len(disabled) / len(born) < 0.16
    assert any(len(_disabilities(child)) > 2 for child in disabled)
    white = [child for child in children if child["ChildCharacteristics"]["Ethnicity"] == "WBRI"]
    assert 0.55 < len(white) / len(children) < 0.75
    assert {len(child["CINdetails"]) for child in children} == {1, 2, 3}
    episodes = [episode for child in children for episode in child["CINdetails"]]
    for name in ("Assessments", "CINPlanDates", "Section47", "ChildProtectionPlans", "DateOfInitialCPC"):
        assert any(name in episode for episode in episodes), name
    assert any(episode["CINreferralDate"] < "2023" for episode in episodes)


def _disabilities(child: dict[str, Any]) -> list[str]:
    listed: list[str] = child["ChildCharacteristics"].get("Disabilities", {}).get("Disability", [])
    return listed


def test_items_and_codes_are_those_of_the_year() -> None:
    trees = {year: tree(year=year, children=300) for year in YEARS if year >= "2020-21"}

    def found(year: str, element: str) -> set[str]:
        return {str(one.text).strip() for one in trees[year].iter(element)}

    assert found("2023-24", "GenderCurrent") and not found("2023-24", "Sex")
    assert found("2024-25", "Sex") == {"M", "F", "U"} and not found("2024-25", "GenderCurrent")
    assert not found("2020-21", "CINPlanDates") and found("2021-22", "CINPlanDates")
    assert "18A" in found("2023-24", "AssessmentFactors") and "18A" not in found("2024-25", "AssessmentFactors")
    assert "24A" in found("2021-22", "AssessmentFactors") and "24A" not in found("2020-21", "AssessmentFactors")
    assert "RC9" in found("2022-23", "ReasonForClosure") and "RC9" not in found("2021-22", "ReasonForClosure")
    assert "5D" in found("2022-23", "ReferralSource") and "5D" not in found("2021-22", "ReferralSource")
    assert found("2026-27", "PPStartDate") and not found("2025-26", "PPStartDate")


def test_pupil_numbers_have_their_check_letter_and_are_never_given_twice() -> None:
    assert with_check_letter("950000178301") == "A950000178301"
    assert with_check_letter("243278544154") == "H243278544154"
    assert len({pupil_number("301", number)[1:] for number in range(20_000)}) == 20_000


@pytest.mark.parametrize(
    ("wish", "word"),
    [
        ({"children": 0}, "number of children"),
        ({"children": -3}, "number of children"),
        ({"children": 10**9}, "number of children"),
        ({"mistakes": 1.1}, "share"),
        ({"mistakes": -0.1}, "share"),
        ({"mistakes": float("nan")}, "share"),
        ({"seed": -1}, "seed"),
        ({"year": "2015-16"}, "2016-17"),
        ({"year": "soon"}, "2016-17"),
        ({"collection": "s903"}, "cin"),
        ({"local_authority": "999"}, "999"),
    ],
)
def test_impossible_wishes_are_refused_before_anything_is_written(wish: dict[str, Any], word: str) -> None:
    file = io.BytesIO()
    wishes = {"collection": "cin", "year": "2025-26", "children": 1, "seed": 1, "mistakes": 0.0, **wish}
    with pytest.raises(ValueError, match=word):
        write_sample(file, **wishes)
    assert file.getvalue() == b""


# -- mistakes ----------------------------------------------------------------------------------------------------------


def test_about_the_share_asked_for_carries_mistakes() -> None:
    setting = Setting("2025-26", "301")
    # A share this small hardly ever brings a mistake of the whole return, which would change every child.
    for seed in (3, 4):
        clean = list(sample_records(setting, children=1000, seed=seed)[1])
        wrong = list(sample_records(setting, children=1000, seed=seed, mistakes=0.05)[1])
        changed = sum(one != other for one, other in zip(clean, wrong, strict=True))
        assert 0.03 < changed / 1000 < 0.12


def test_a_sample_full_of_mistakes_is_still_xml_and_not_valid() -> None:
    for year in YEARS:
        root = tree(year=year, mistakes=1.0, children=60)
        assert not xsd(specification("cin", year)).validate(root)


@pytest.mark.parametrize("name", MISTAKES)
def test_each_mistake_can_be_made_and_changes_the_record(name: str) -> None:
    for year in ("2025-26", "2018-19"):
        setting = Setting(year, "301")
        _, rows = sample_records(setting, children=1500, seed=9)
        memory = Memory({"LAchildID": "INV999999", "UPN": "A950000178301"})
        for number, record in enumerate(rows):
            before = copy.deepcopy(record)
            case = Case(record, Dice(f"{number}"), setting, memory)
            if MISTAKES[name](case) and before != record:
                return
    pytest.fail(f"{name} was never made")


def test_any_mistake_can_follow_any_other() -> None:
    setting = Setting("2025-26", "301")
    _, rows = sample_records(setting, children=400, seed=11)
    order = layout(setting.specification)["Message"]
    assert order["Children"]
    for number, record in enumerate(rows):
        dice = Dice(f"all {number}")
        case = Case(record, dice, setting, Memory({"LAchildID": "INV999999"}))
        for whole in RETURN_MISTAKES:
            whole({}, case)
        for name in dice.shuffled(MISTAKES):
            MISTAKES[name](case)
        write_xml(io.BytesIO(), setting.specification, {"CollectionDetails": {}}, [record])


def test_a_mistake_is_explained() -> None:
    for name, function in {**MISTAKES, **{one.__name__: one for one in RETURN_MISTAKES}}.items():
        assert (function.__doc__ or "").endswith("."), name


# -- writing and chance ------------------------------------------------------------------------------------------------


def test_the_writer_keeps_to_the_order_of_the_specification() -> None:
    file = io.BytesIO()
    record = {
        "CINdetails": [{"ReferralNFA": "0", "Team": "A & B", "CINreferralDate": "2025-04-01"}],
        "ChildIdentifiers": {STRAY: "note", "LAchildID": "1"},
        "ChildCharacteristics": {AS_GIVEN: True, "Disabilities": {"Disability": ["LD", "MOB"]}, "Ethnicity": "WBRI"},
    }
    write_xml(file, specification("cin", "2025-26"), {"Source": {"LEA": "301"}}, [record])
    assert file.getvalue().decode() == (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        "<Message>\n"
        "  <Header>\n"
        "    <Source>\n"
        "      <LEA>301</LEA>\n"
        "    </Source>\n"
        "  </Header>\n"
        "  <Children>\n"
        "    <Child>\n"
        "      <ChildIdentifiers>\n"
        "        <LAchildID>1</LAchildID> note\n"
        "      </ChildIdentifiers>\n"
        "      <ChildCharacteristics>\n"
        "        <Disabilities>\n"
        "          <Disability>LD</Disability>\n"
        "          <Disability>MOB</Disability>\n"
        "        </Disabilities>\n"
        "        <Ethnicity>WBRI</Ethnicity>\n"
        "      </ChildCharacteristics>\n"
        "      <CINdetails>\n"
        "        <CINreferralDate>2025-04-01</CINreferralDate>\n"
        "        <ReferralNFA>0</ReferralNFA>\n"
        "        <Team>A &amp; B</Team>\n"
        "      </CINdetails>\n"
        "    </Child>\n"
        "  </Children>\n"
        "</Message>\n"
    )


def test_chance_is_the_same_on_every_machine() -> None:
    dice = Dice("2025-26/1")
    thrown = [dice.number(1, 1000), dice.small(1, 1000), dice.pick("ABCDEF"), dice.share(Shares({"A": 1, "B": 3}))]
    assert thrown == [555, 7, "B", "B"]
