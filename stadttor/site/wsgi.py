"""The web process: `granian --interface wsgi stadttor.site.wsgi:application`."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stadttor.site.settings")

from django.core.wsgi import get_wsgi_application
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

application = get_wsgi_application()

# Scheme and client address are believed from these reverse proxies only; without them from nobody.
if proxies := os.environ.get("STADTTOR_PROXIES", "").split():
    application = wrap_wsgi_with_proxy_headers(application, trusted_hosts=proxies)
