"""The SDK's own suite: that the tap speaks the protocol; that it speaks the truth, the other tests say."""

from __future__ import annotations

import pytest
from singer_sdk.testing import SuiteConfig, get_tap_test_class
from singer_sdk.testing.suites import SingerTestSuite, tap_stream_attribute_tests
from singer_sdk.testing.tap_tests import AttributeIsIntegerTest, AttributeIsNumberTest
from tap_customwebshop import TapCustomWebshop

# The suite makes its list of tests when it is imported, and reads when it runs: by then the address is known.
CONFIG = {"api_url": "http://127.0.0.1", "auth_token": "sandbox-token", "page_size": 100}
LIMITS = SuiteConfig(max_records_limit=300, ignore_no_records_for_streams=["rejects"])

# Ids may be texts or integers and money a text or a number; these two hold every value to the second choice.
ONE_TYPE_ONLY = {AttributeIsIntegerTest, AttributeIsNumberTest}
ATTRIBUTES = SingerTestSuite(
    kind="tap_stream_attribute",
    tests=[test for test in tap_stream_attribute_tests.tests if test not in ONE_TYPE_ONLY],
)
SUITE = get_tap_test_class(
    TapCustomWebshop,
    config=CONFIG,
    suite_config=LIMITS,
    custom_suites=[ATTRIBUTES],
    include_stream_attribute_tests=False,
    parse_env_config=False,
)


@pytest.fixture(scope="class", autouse=True)
def address(running_webshop):
    running_webshop.reset()
    running_webshop.behave()
    CONFIG["api_url"] = running_webshop.info["api_url"]


@pytest.mark.filterwarnings("ignore:Fields in transformed catalog but not in records")  # nothing is deleted yet
class TestStandard(SUITE):
    """All of its tests but two, on all streams."""
