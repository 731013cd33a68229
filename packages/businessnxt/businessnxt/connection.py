"""The way out: one HTTPS session that verifies whom it speaks to and takes the proxy that the environment names.

Nothing here can switch verification off. A company's own certificate authority is named as for any other program:
`REQUESTS_CA_BUNDLE`, or `SSL_CERT_FILE`; proxies by `HTTPS_PROXY` and `NO_PROXY`.
"""

from __future__ import annotations

import ipaddress
import os
import ssl
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import (  # requests wraps them and does not tell them apart
    NewConnectionError,
    ProxyError,
    ReadTimeoutError,
)

from businessnxt.errors import BusinessNxtError, NotSent, RequestError, TimedOut, Trace, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator


def session(user_agent: str) -> requests.Session:
    """A session that verifies certificates, against the bundle of `SSL_CERT_FILE` where it is set.

    requests itself looks at `REQUESTS_CA_BUNDLE`, which goes before.
    """
    made = requests.Session()
    made.headers["User-Agent"] = user_agent
    made.verify = os.environ.get("SSL_CERT_FILE") or True
    return made


def check_address(setting: str, url: str) -> None:
    """Refuse an address to which a secret must not go.

    Args:
        setting: What the address is called, for the message.
        url: The address.

    Raises:
        RequestError: It is no address, or not encrypted and not on this machine.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    if parts.scheme not in ("http", "https") or not host:
        raise RequestError(f"{setting} '{url}' is no address; it begins with https:// and a host")
    if parts.scheme == "http" and not _is_here(host):
        raise RequestError(f"{setting} '{url}' is not encrypted; secrets only go to https://, or to this machine")


def told(error: OSError, url: str, seconds: float, trace: Trace) -> BusinessNxtError:
    """What a request without an answer means.

    Args:
        error: What requests says; it holds the whole request, secrets included, and is therefore not passed on.
        url: Where the request went.
        seconds: How long it was waited for.
        trace: Where.
    """
    causes = tuple(_causes(error))
    if any(isinstance(each, ssl.SSLCertVerificationError) for each in causes):
        advice = "name your organisation's certificates in REQUESTS_CA_BUNDLE or SSL_CERT_FILE"
        return RequestError(f"the certificate of {url} cannot be verified; {advice}", trace)
    if isinstance(error, ValueError) or not isinstance(error, requests.RequestException):
        return RequestError(f"{url} cannot be asked: {error}; check the proxy and the certificates' file", trace)
    if any(isinstance(each, ProxyError) for each in causes):
        return NotSent(f"no connection to {url}: the proxy does not let us through; check HTTPS_PROXY", trace)
    if isinstance(error, requests.ConnectTimeout) or any(isinstance(each, NewConnectionError) for each in causes):
        return NotSent(f"no connection to {url}; check the address and the network", trace)
    if isinstance(error, requests.Timeout) or any(isinstance(each, ReadTimeoutError) for each in causes):
        return TimedOut(f"no answer within {seconds:g} seconds", trace)
    return Unavailable(f"{url} gave no answer ({type(error).__name__})", trace)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error, and those it wraps: requests and urllib3 put them into `args` and `reason`."""
    yield error
    for inner in (*error.args, getattr(error, "reason", None)):
        if isinstance(inner, BaseException):
            yield from _causes(inner)


def _is_here(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
