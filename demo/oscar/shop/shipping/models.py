"""Oscar's own models, unchanged: a forked app must carry them."""

from oscar.apps.shipping.models import *  # noqa: F403
