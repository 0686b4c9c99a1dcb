from datetime import date

from django.urls import path, register_converter

from stadttor.site import closing_pages, counter_pages


class Day:
    """A day as ISO writes it."""

    regex = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return value.isoformat()


class Year:
    """A year of four digits."""

    regex = "20[0-9]{2}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


app_name = "finance"
register_converter(Day, "day")
register_converter(Year, "year")
urlpatterns = [
    path("days/", closing_pages.days, name="days"),
    path("days/<day:day>", closing_pages.one_day, name="day"),
    path("days/<day:day>.csv", closing_pages.day_csv, name="day_csv"),
    path("days/<day:day>.pdf", closing_pages.day_pdf, name="day_pdf"),
    path("years/<year:year>.csv", closing_pages.year_csv, name="year_csv"),
    path("books", counter_pages.books, name="books"),
    path("cases/<uuid:case_id>/take", counter_pages.take, name="take"),
    path("cases/<uuid:case_id>/receipts/<uuid:receipt_id>/undo", counter_pages.undo, name="undo"),
    path("cases/<uuid:case_id>/receipts/<uuid:receipt_id>.pdf", counter_pages.print_receipt, name="receipt"),
]
