import django

# pytest reads the conftest of a named folder before its own configuration; the fixtures there import models.
django.setup()
