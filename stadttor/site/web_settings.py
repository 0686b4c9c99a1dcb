"""Settings of the web process: those of the installation without the queue's library.

The web only enqueues, which is one statement (stadttor/ground/jobs.py); the library would cost each worker 5 MB.
"""

from stadttor.site.settings import *  # noqa: F403  # these are the installation's, all of them
from stadttor.site.settings import INSTALLED_APPS as EVERYWHERE
from stadttor.site.settings import STADTTOR_QUEUE_APP

INSTALLED_APPS = [app for app in EVERYWHERE if app != STADTTOR_QUEUE_APP]
