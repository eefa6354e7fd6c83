"""The server's entry point."""

import os

from django.core.wsgi import get_wsgi_application

from amur.config.localhost import named

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amur.config.settings")
application = named(get_wsgi_application())
