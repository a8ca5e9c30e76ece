"""Tables in the form of the organizations between states by year, with states and organizations of our invention."""

import csv
import gzip

ORGANIZATION = {
    "ioname": "IHO",
    "orgname": "Invented Heritage Org.",
    "year": "1951.0",
    "egypt": "0.0",
    "ruritania": "",
    "sdate": "1951.0",
    "deaddate": "",
    "dead": "0.0",
    "longorgname": "Invented Heritage Organization",
    "ionum": "9010.0",
    "accuracyofpre1965membershipdates": "Completely accurate",
    "imputed": "0.0",
}
STATES = (
    {"ccode": "651", "stateabb": "EGY", "statenme": "Egypt", "styear": "1937", "state": "egypt"},
    {"ccode": "9999", "stateabb": "RUR", "statenme": "Ruritania", "styear": "1900", "state": "ruritania"},
)


def tables(folder, *years, state_years=None, states=STATES):
    """Write the tables to *folder*: each of *years* is what differs from the row above; a year is one after the other.

    The table of states by year is written when *state_years* are given, and the organizations are compressed.
    """
    rows = [ORGANIZATION | {"year": f"{1951 + at}.0"} | year for at, year in enumerate(years)]
    _write(folder / "organizations.csv.gz", gzip.open, rows)
    _write(folder / "states.csv", open, states)
    if state_years is not None:
        columns = {"ccode": "651.0", "year": "1951.0", "state": "egypt", "iho": "-1.0"}
        _write(folder / "state_years.csv", open, [columns | row for row in state_years])
    return folder


def _write(path, opened, rows):
    with opened(path, "wt", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
