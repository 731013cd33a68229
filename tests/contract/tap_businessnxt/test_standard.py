"""The SDK's own suite: that the tap speaks the protocol; that it speaks the truth, the other tests say.

The SDK makes its test class when it is imported, and would ask for the streams then; these come from a running company.
"""

from __future__ import annotations

import pytest
from singer_sdk.testing import SuiteConfig
from singer_sdk.testing.runners import TapTestRunner
from singer_sdk.testing.suites import tap_stream_attribute_tests, tap_stream_tests, tap_tests
from tap_businessnxt import TapBusinessNxt

SETTINGS = ("api_url", "token_url", "client_id", "client_secret", "company_no")
STREAMS = ["products", "addresses", "associates", "stock_balances", "prices", "orders", "order_documents"]


@pytest.fixture(scope="module")
def runner(served):
    served.ask("POST", "reset")
    product = served.rows("product")[0]["productNo"]
    number = served.order(product)
    served.add("orderDocument", {"orderNo": number, "documentType": 1, "documentDate": 20260131})
    served.add("priceAndDiscountMatrix", {"productNo": product, "salesPrice1InCurrency": 99.9})
    config = {name: served.info[name] for name in SETTINGS}
    runner = TapTestRunner(TapBusinessNxt, config, SuiteConfig(max_records_limit=300), parse_env_config=False)
    runner.sync_all()
    return runner


@pytest.mark.parametrize("test", tap_tests.tests, ids=lambda test: test.name)
def test_tap(runner, test):
    test().run(SuiteConfig(), None, runner)


@pytest.mark.filterwarnings("ignore:Fields in transformed catalog but not in records")
@pytest.mark.parametrize("name", STREAMS)
@pytest.mark.parametrize("test", tap_stream_tests.tests, ids=lambda test: test.name)
def test_stream(runner, test, name):
    test().run(SuiteConfig(), None, runner, runner.new_tap().streams[name])


@pytest.mark.filterwarnings("ignore:No records were available")  # values that are empty everywhere
@pytest.mark.parametrize("name", STREAMS)
@pytest.mark.parametrize("test", tap_stream_attribute_tests.tests, ids=lambda test: test.name)
def test_properties_of_a_stream(runner, test, name):
    stream = runner.new_tap().streams[name]
    for prop, about in stream.schema["properties"].items():
        if test.evaluate(stream=stream, property_name=prop, property_schema=about):
            test().run(SuiteConfig(), None, runner, stream, prop)
