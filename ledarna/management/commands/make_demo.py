"""The command that makes up an association."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from rich.progress import Progress

from ledarna.commands import sentences
from ledarna.demo import make_demo


class Command(BaseCommand):
    """Make up an association of any size."""

    help = "A made-up association of any size, the same for the same seed, in an empty database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the size, and the seed of chance."""
        parser.add_argument("--years", type=int, default=3, help="How many fiscal years (3).")
        parser.add_argument("--vouchers", type=int, default=1200, help="How many vouchers in all (1200).")
        parser.add_argument(
            "--seed", type=int, default=1, help="The same seed makes the same association (1)."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the association; progress on a terminal only."""
        years, vouchers = options["years"], options["vouchers"]
        if years < 1 or vouchers < 0:
            raise CommandError("Give at least one year, and no fewer than 0 vouchers.")
        try:
            with Progress(transient=True, disable=not self.stdout.isatty()) as progress:
                task = progress.add_task("vouchers", total=vouchers)
                for line, posted in make_demo(years, vouchers, options["seed"]):
                    progress.advance(task, posted)
                    if not posted:
                        self.stdout.write(line)
        except ValidationError as error:
            raise CommandError(sentences(error)) from None
        self.stdout.write(f"{vouchers} vouchers posted")
