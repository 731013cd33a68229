"""Settings of the shop: Oscar's defaults, Norwegian money, the API opened to administrators."""

from __future__ import annotations

import os
from pathlib import Path

from oscar import INSTALLED_APPS as OSCAR_APPS
from oscar.defaults import *  # noqa: F403 - Oscar wants its defaults in the settings module

DATA = Path(os.environ["OSCAR_DATA"])

# A throw-away shop on loopback: this key and the administrator's password guard nothing.
SECRET_KEY = "a shop on this machine only"  # noqa: S105
ADMINISTRATOR = ("admin", "oscar")
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
DEBUG = False

# Two of Oscar's apps are forked the way its guide tells: VAT rates and freight are the shop owner's to decide.
FORKS = {
    "oscar.apps.partner.apps.PartnerConfig": "shop.partner.apps.PartnerConfig",
    "oscar.apps.shipping.apps.ShippingConfig": "shop.shipping.apps.ShippingConfig",
}
INSTALLED_APPS = [
    *(FORKS.get(app, app) for app in OSCAR_APPS),
    "sorl.thumbnail",
    "rest_framework",
    "oscarapi",
]


class TablesAsTheyAre(dict[str, None]):
    """No app has migrations: tables are made from the models, for no older shop is ever brought up to date."""

    def __contains__(self, app: object) -> bool:
        """Every app is one of those."""
        return True

    def __getitem__(self, app: str) -> None:
        """It has none."""


MIGRATION_MODULES = TablesAsTheyAre()
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
SITE_ID = 1

MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.contrib.flatpages.middleware.FlatpageFallbackMiddleware",
    "oscarapi.middleware.ApiBasketMiddleWare",
]
AUTHENTICATION_BACKENDS = [
    "oscar.apps.customer.auth_backends.EmailBackend",
    "django.contrib.auth.backends.ModelBackend",
]
# Basic authentication checks the password on every request; a slow hash would be most of the time of a run.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

ROOT_URLCONF = "shop.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "oscar.apps.search.context_processors.search_form",
                "oscar.apps.checkout.context_processors.checkout",
                "oscar.apps.communication.notifications.context_processors.notifications",
                "oscar.core.context_processors.metadata",
            ]
        },
    }
]
STATIC_URL = "/static/"
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA / "media"
HAYSTACK_CONNECTIONS = {"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}}
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA / "oscar.sqlite3",
        "ATOMIC_REQUESTS": True,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA synchronous = OFF",  # no power cut has to be outlived by what is thrown away
        },
    }
}

LANGUAGE_CODE = "nb"
TIME_ZONE = "Europe/Oslo"
USE_TZ = True

OSCAR_SHOP_NAME = "Fjell og Fjære"
OSCAR_DEFAULT_CURRENCY = "NOK"
OSCAR_ALLOW_ANON_CHECKOUT = True
OSCAR_OFFERS_INCL_TAX = True
OSCAR_INITIAL_ORDER_STATUS = "Ny"
OSCAR_ORDER_STATUS_PIPELINE = {"Ny": ("Sendt", "Kansellert"), "Sendt": (), "Kansellert": ()}

OSCARAPI_BLOCK_ADMIN_API_ACCESS = False
OSCARAPI_INITIAL_ORDER_STATUS = OSCAR_INITIAL_ORDER_STATUS
# The API names rows by address only and shows a customer's e-mail but no name; its documented field lists
# add the columns any integration needs. They are all columns that Oscar has.
OSCARAPI_ADMIN_USER_FIELDS = ("id", "url", "username", "email", "first_name", "last_name", "is_staff", "date_joined")
OSCARAPI_ORDERLINE_FIELDS = (
    "id",
    "url",
    "order",
    "product",
    "stockrecord",
    "partner_sku",
    "upc",
    "title",
    "quantity",
    "price_currency",
    "unit_price_excl_tax",
    "unit_price_incl_tax",
    "price_excl_tax",
    "price_incl_tax",
    "price_excl_tax_excl_discounts",
    "price_incl_tax_excl_discounts",
    "discount_excl_tax",
    "discount_incl_tax",
    "attributes",
)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.BasicAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
    "PAGE_SIZE": 10,
}
