"""The server's entry point."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from amur.config.admission import few_at_once
from amur.config.localhost import named

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amur.config.settings")
answering = named(get_wsgi_application())
AT_ONCE = 2
"""How many requests a process answers at once: more made each other slow, and one waits for another's lock."""
application = few_at_once(answering, AT_ONCE, largest=settings.REQUEST_LIMIT_BYTES)
