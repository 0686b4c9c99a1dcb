"""The web process: `granian --interface wsgi stadttor.site.wsgi:application`."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stadttor.site.settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
