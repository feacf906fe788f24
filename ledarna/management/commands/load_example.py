"""The command that enters the published year 2023."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from ledarna.commands import sentences
from ledarna.example import load_example


class Command(BaseCommand):
    """Enter the published year 2023."""

    help = "Enter the published year 2023 as a treasurer would. Twice is harmless."

    def handle(self, *args: Any, **options: Any) -> None:
        """Enter the example and say each thing that was done."""
        try:
            for line in load_example():
                self.stdout.write(line)
        except ValidationError as error:
            raise CommandError(sentences(error)) from None
