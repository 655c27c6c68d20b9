import pytest

from csc_returns.specification import whole_specification
from csc_returns.validation.rules.ssda903.shared import groups
from csc_returns.validation.rules.ssda903.shared.episodes import NEIGHBOUR_ITEMS


@pytest.mark.parametrize(
    ("table", "item", "codes"),
    [
        ("Episodes", "LS", groups.SHORT_BREAKS),
        ("Episodes", "PLACE", (*groups.ADOPTION, *groups.ADOPTION_BY_FOSTER_CARER, *groups.FOSTERING)),
        ("Episodes", "PLACE", (*groups.WITHOUT_PROVIDER, *groups.WITHOUT_PROVIDER_2022_23)),
        ("Episodes", "PLACE", (*groups.WITHOUT_PROVIDER_2023_24, *groups.WITHOUT_PROVIDER_2024_25)),
        ("Episodes", "REC", (*groups.ADOPTED, groups.NEW_EPISODE)),
        ("Episodes", "RNE", (groups.STARTED,)),
    ],
)
def test_codes_are_codes_of_their_item(table, item, codes):
    assert set(codes) <= set(whole_specification("ssda903").tables[table].items[item].codes)


@pytest.mark.parametrize(
    ("table", "items"),
    [
        ("OC2", groups.HEALTH_ITEMS),
        ("OC2", groups.HEALTH_ITEMS_OF_ALL_AGES),
        ("OC3", groups.CARE_LEAVER_ITEMS),
        ("AD1", groups.ADOPTION_ITEMS),
        ("Episodes", groups.PLACEMENT_ITEMS),
        ("Episodes", NEIGHBOUR_ITEMS),
    ],
)
def test_items_are_items_of_their_table(table, items):
    assert set(items) <= set(whole_specification("ssda903").tables[table].items)
