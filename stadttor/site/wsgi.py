"""The web process: `granian --interface wsgi stadttor.site.wsgi:application`."""

import ctypes
import gc
import os

# The launcher, which started as a command, hands down the settings of commands.
os.environ["DJANGO_SETTINGS_MODULE"] = "stadttor.site.web_settings"

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

from stadttor.site.tidying import tidied

# glibc would keep large blocks for ever after the first one: 19 MB for a password that was checked once (mallopt(3)).
M_MMAP_THRESHOLD, LARGE = -3, 128 * 1024
# And a heap for each thread, of which one at a time works in Python anyhow: 2 MB.
M_ARENA_MAX = -8
if mallopt := getattr(ctypes.CDLL(None), "mallopt", None):
    mallopt(M_MMAP_THRESHOLD, LARGE)
    mallopt(M_ARENA_MAX, 1)

application = tidied(get_wsgi_application())
# The pages are loaded before the first request: of several at once each would wait for the same, and it is frozen below.
get_resolver().url_patterns  # noqa: B018  # reading it loads them
# What was imported stays: looking through it for garbage again and again costs about 6 % of the processor time.
gc.freeze()
# A request leaves a few dozen loops of objects: looked for every 20,000, they and what they hold take 4 MB more.
gc.set_threshold(2_000, 10, 10)

# Scheme and client address are believed from these reverse proxies only; without them from nobody.
if proxies := os.environ.get("STADTTOR_PROXIES", "").split():
    application = wrap_wsgi_with_proxy_headers(application, trusted_hosts=proxies)
