"""A program that others wrote matches a column of a table: the package `reconciler`."""

import pandas as pd
import pytest
from reconciler import reconcile

NAMES = {
    "ICOMOS": "organization/icomos",
    "الايكوموس": "organization/icomos",
    "Unesco": "organization/unesco",
    "Interpol": "organization/interpol",
    "ALECSO": "organization/alecso",
    "United Nation": "organization/united-nations",
}


@pytest.mark.filterwarnings("ignore:The inplace keyword")  # of pandas, which the package uses so
def test_a_column_of_names_gets_a_column_of_identifiers(address):
    column = pd.Series(list(NAMES))
    table = reconcile(column, type_id="Organization", reconciliation_endpoint=f"{address}/reconcile")

    assert dict(zip(table["input_value"], table["id"], strict=True)) == NAMES
