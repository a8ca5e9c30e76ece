"""What search engines read in a page: a browser takes it for data, and the policy of the page does not mind."""

from __future__ import annotations

import json


def test_a_browser_keeps_the_data_and_reports_no_violation(chromium, address):
    page = chromium.new_page(base_url=address)
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto("/doc/event/illicit-trafficking-conference-2020")
    told = json.loads(page.locator('script[type="application/ld+json"]').text_content())
    page.close()

    assert (told["@type"], complaints) == ("Event", [])
