#!/usr/bin/env python
"""Ledarna's command line: every command of the project starts here."""

import os
import sys


def main() -> None:
    """Run the management command named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ledarna.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import DatabaseError

    try:
        execute_from_command_line(sys.argv)
        sys.stdout.flush()
    except BrokenPipeError:
        # Who reads has seen enough, as ``head`` does; what is left is not written at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except ImproperlyConfigured as error:
        sys.exit(f"The settings cannot be used. {error}")
    except DatabaseError:
        from ledarna.schema import trouble_with_database

        if trouble := trouble_with_database():
            sys.exit(trouble)
        raise


if __name__ == "__main__":
    main()
